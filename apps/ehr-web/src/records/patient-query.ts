import { escapeSearchValue } from './escape-search-value.ts';

/** What the search form asks for; empty means "any". */
export interface PatientQuery {
  readonly name: string;
  readonly mrn: string;
  readonly birthdate: string;
  readonly after: string;
}

/** A page's search parameters, as Next gives them. */
export type RawQuery = Readonly<Record<string, string | string[] | undefined>>;

const PAGE_SIZE = 20;

/** The search of the patient list out of the page's parameters; what does not belong there is left out. */
export function readPatientQuery(raw: RawQuery): PatientQuery {
  const first = (name: string, most = 200) => [raw[name]].flat()[0]?.trim().slice(0, most) ?? '';
  // Where a page begins is sealed, and as long as the API makes it.
  return {
    name: first('name'),
    mrn: first('mrn'),
    birthdate: first('birthdate'),
    after: first('after', 4_000),
  };
}

/** Whether anything is searched for. */
export function isFiltered({ name, mrn, birthdate }: PatientQuery): boolean {
  return [name, mrn, birthdate].some((value) => value !== '');
}

/** As FHIR search: every word of the name must start a word of one of the patient's names. */
export function searchParameters({ name, mrn, birthdate, after }: PatientQuery): URLSearchParams {
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

/** The address of this search, at another page when `after` says so. */
export function patientsHref(query: PatientQuery): string {
  const given = Object.entries(query).filter(([, value]) => value !== '') as [string, string][];
  return given.length === 0 ? '/patients' : `/patients?${new URLSearchParams(given).toString()}`;
}
