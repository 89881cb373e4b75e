import type { Patient } from 'fhir/r4';
import { MRN_SYSTEM } from '../records/mrn-system.ts';

/** The registration form: one entry per field, named as in the form. */
export const registrationFields = ['given', 'family', 'birthDate', 'sex', 'mrn', 'phone'] as const;
/** Name of a field of the form. */
export type RegistrationField = (typeof registrationFields)[number];
/** The form as it was filled in; an empty field is an empty text. */
export type Registration = Readonly<Record<RegistrationField, string>>;
/** What is wrong, by field; `form` for what belongs to no field. */
export type RegistrationErrors = Readonly<Partial<Record<RegistrationField | 'form', string>>>;

/** The form's fields out of the request's body, trimmed. */
export function readRegistration(form: FormData): Registration {
  const entry = (field: string) => {
    const value = form.get(field);
    // The form allows 100; whoever sends more is not using it.
    return typeof value === 'string' ? value.trim().slice(0, 101) : '';
  };
  return Object.fromEntries(registrationFields.map((field) => [field, entry(field)])) as Registration;
}

/** The FHIR Patient that the form describes. */
export function toPatient({ given, family, birthDate, sex, mrn, phone }: Registration): Patient {
  return {
    resourceType: 'Patient',
    active: true,
    identifier: [{ use: 'usual', system: MRN_SYSTEM, value: mrn }],
    name: [{ use: 'official', family, given: given.split(/\s+/u) }],
    gender: sex as NonNullable<Patient['gender']>,
    birthDate,
    ...(phone === '' ? {} : { telecom: [{ system: 'phone', value: phone }] }),
  };
}
