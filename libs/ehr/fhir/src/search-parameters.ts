import type { HumanName, Patient } from 'fhir/r4';

/** What one resource offers to one search parameter. */
export type SearchEntry =
  | { readonly type: 'string'; readonly value: string; readonly wordStarts?: true }
  | { readonly type: 'token'; readonly system?: string; readonly code: string }
  | { readonly type: 'date'; readonly value: string };

/** A search parameter: its type and where its values are. */
export interface SearchParameter {
  readonly name: string;
  readonly type: SearchEntry['type'];
  /** FHIRPath, as the specification gives it. */
  readonly expression: string;
  readonly definition: string;
  readonly documentation: string;
  readonly modifiers: readonly string[];
  readonly entries: (patient: Patient) => readonly SearchEntry[];
}

const base = 'http://hl7.org/fhir/SearchParameter/';
const stringModifiers = ['exact', 'contains'];

/** The search parameters of Patient: routes, index rows and the CapabilityStatement all come from here. */
export const patientSearchParameters: readonly SearchParameter[] = [
  {
    name: 'name',
    type: 'string',
    expression: 'Patient.name',
    definition: `${base}Patient-name`,
    documentation: 'Any part of a name; each word of a part counts as a start.',
    modifiers: stringModifiers,
    entries: (patient) =>
      strings(patient.name, (name) => [
        name.family,
        ...(name.given ?? []),
        ...(name.prefix ?? []),
        ...(name.suffix ?? []),
        name.text,
      ]).map((entry) => ({ ...entry, wordStarts: true })),
  },
  {
    name: 'family',
    type: 'string',
    expression: 'Patient.name.family',
    definition: `${base}individual-family`,
    documentation: 'The family name.',
    modifiers: stringModifiers,
    entries: (patient) => strings(patient.name, (name) => [name.family]),
  },
  {
    name: 'given',
    type: 'string',
    expression: 'Patient.name.given',
    definition: `${base}individual-given`,
    documentation: 'A given name.',
    modifiers: stringModifiers,
    entries: (patient) => strings(patient.name, (name) => name.given ?? []),
  },
  {
    name: 'birthdate',
    type: 'date',
    expression: 'Patient.birthDate',
    definition: `${base}individual-birthdate`,
    documentation: 'The date of birth, also partial; prefixes eq, ne, gt, lt, ge, le, sa, eb.',
    modifiers: [],
    entries: ({ birthDate }) => (birthDate ? [{ type: 'date', value: birthDate }] : []),
  },
  {
    name: 'identifier',
    type: 'token',
    expression: 'Patient.identifier',
    definition: `${base}Patient-identifier`,
    documentation: 'An identifier: system|value, |value (without a system), system| or value.',
    modifiers: [],
    entries: ({ identifier = [] }) =>
      identifier.flatMap(({ system, value }) =>
        value ? [{ type: 'token' as const, code: value, ...(system ? { system } : {}) }] : [],
      ),
  },
];

/** In lists with extensions a part may be `null`. */
function strings(
  names: readonly HumanName[] | undefined,
  parts: (name: HumanName) => readonly (string | null | undefined)[],
): { readonly type: 'string'; readonly value: string }[] {
  return (names ?? [])
    .flatMap(parts)
    .flatMap((value) => (typeof value === 'string' ? [{ type: 'string' as const, value }] : []));
}
