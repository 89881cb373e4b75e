import { ownForm } from '../../../http/own-form.ts';
import { seeOther } from '../../../http/see-other.ts';
import { isFiltered, patientsHref, readPatientQuery } from '../../../records/patient-query.ts';
import { rememberSearch } from '../../../records/remembered-search.ts';
import { signInHref } from '../../../session/own-path.ts';
import { visitor } from '../../../session/visitor.ts';

/** Takes the search form, and leads to what is found, by an address that holds no name. */
export async function POST(request: Request): Promise<Response> {
  const form = await ownForm(request, '/patients/search', '/patients');
  if (form instanceof Response) return form;
  const query = readPatientQuery(form);
  if (!isFiltered(query)) return seeOther('/patients');
  if ((await visitor()).kind === 'signed-out') return seeOther(signInHref('/patients'));
  // Where it is not kept the list says what is the matter.
  return seeOther(patientsHref(await rememberSearch(query)));
}
