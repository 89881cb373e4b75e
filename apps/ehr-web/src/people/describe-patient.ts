import type { Patient } from 'fhir/r4';
import { MRN_SYSTEM } from '../records/mrn-system.ts';
import { describeAge } from './describe-age.ts';
import { formatDate } from './format-date.ts';

/** A patient in the words of the screen. */
export interface PatientSummary {
  readonly id: string;
  /** `Müller, Anna Maria` */
  readonly name: string;
  readonly initials: string;
  readonly sex: string;
  readonly born: string;
  /** Empty when the birth date is unknown or the patient has died. */
  readonly age: string;
  readonly mrn: string;
  readonly deceased: boolean;
}

/** `today` is `YYYY-MM-DD`. */
export function describePatient(patient: Patient, today: string): PatientSummary {
  const name = officialName(patient);
  const given = (name?.given ?? []).filter((part): part is string => typeof part === 'string');
  const parts = [name?.family, given.join(' ')].filter((part) => part !== undefined && part !== '');
  const deceased = patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined;
  return {
    id: patient.id ?? '',
    name: parts.join(', ') || name?.text || 'Name not recorded',
    initials:
      [given[0], name?.family]
        .map((part) => Array.from(part ?? '')[0] ?? '')
        .join('')
        .toUpperCase() || '–',
    sex: patient.gender ? SEXES[patient.gender] : 'Not recorded',
    born: patient.birthDate ? formatDate(patient.birthDate) : 'Not recorded',
    age: patient.birthDate && !deceased ? describeAge(patient.birthDate, today) : '',
    mrn: mrnOf(patient) ?? 'None',
    deceased,
  };
}

/** FHIR's administrative gender, as clinicians read it. */
export const SEXES = { female: 'Female', male: 'Male', other: 'Other', unknown: 'Unknown' } as const;

function officialName({ name = [] }: Patient) {
  return name.find(({ use }) => use === 'official' || use === 'usual') ?? name[0];
}

/** The organisation's own number, or else the first of any other kind. */
function mrnOf({ identifier = [] }: Patient): string | undefined {
  return (identifier.find(({ system }) => system === MRN_SYSTEM) ?? identifier.find(({ value }) => value))
    ?.value;
}
