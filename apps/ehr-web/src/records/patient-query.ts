import { fieldOf } from '../http/own-form.ts';
import { escapeSearchValue } from './escape-search-value.ts';

/** What the search form asks for; empty means "any". */
export interface PatientQuery {
  readonly name: string;
  readonly mrn: string;
  readonly birthdate: string;
}

/** Of a list of everybody. */
export const EVERYBODY: PatientQuery = { name: '', mrn: '', birthdate: '' };

/** A page's search parameters, as Next gives them. */
export type RawQuery = Readonly<Record<string, string | string[] | undefined>>;

const PAGE_SIZE = 20;

/** What the search form was sent with; what does not belong there is left out. */
export function readPatientQuery(form: FormData): PatientQuery {
  const text = (name: string) => fieldOf(form, name).slice(0, 200);
  return { name: text('name'), mrn: text('mrn'), birthdate: text('birthdate') };
}

/** Whether anything is searched for. */
export function isFiltered({ name, mrn, birthdate }: PatientQuery): boolean {
  return [name, mrn, birthdate].some((value) => value !== '');
}

/** As FHIR search: every word of the name must start a word of one of the patient's names. */
export function searchParameters({ name, mrn, birthdate }: PatientQuery, after: string): URLSearchParams {
  const words = name.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const parameters = new URLSearchParams(
    words.map((word): [string, string] => ['name', escapeSearchValue(word)]),
  );
  if (mrn !== '') parameters.append('identifier', escapeSearchValue(mrn));
  if (birthdate !== '') parameters.append('birthdate', birthdate);
  if (after !== '') parameters.append('_after', after);
  parameters.append('_count', String(PAGE_SIZE));
  parameters.append('_total', 'accurate');
  return parameters;
}

/** The address of a search that is remembered by its id, at another page when `after` says so: no name is in it. */
export function patientsHref(id: string | undefined, after = ''): string {
  const query = new URLSearchParams({
    ...(id !== undefined && { search: id }),
    ...(after !== '' && { after }),
  });
  return query.size === 0 ? '/patients' : `/patients?${query.toString()}`;
}
