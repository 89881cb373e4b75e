import { dateRange, readOperationOutcome } from '@ehr/fhir';
import {
  type Registration,
  type RegistrationErrors,
  type RegistrationField,
  registrationFields,
} from './registration.ts';

const REQUIRED: Readonly<Partial<Record<RegistrationField, string>>> = {
  given: 'Enter at least one given name.',
  family: 'Enter the family name.',
  birthDate: 'Enter the date of birth.',
  sex: 'Choose one; "Unknown" is an answer too.',
  mrn: 'Enter the medical record number.',
};

/** What this desk asks for beyond FHIR, where every element of a Patient is optional. */
export function checkRegistration(registration: Registration, today: string): RegistrationErrors {
  const errors: Partial<Record<RegistrationField, string>> = {};
  for (const field of registrationFields) {
    const required = REQUIRED[field];
    if (registration[field] === '' && required) errors[field] = required;
    if (registration[field].length > 100) errors[field] = 'Use 100 characters or fewer.';
  }
  const { birthDate } = registration;
  if (birthDate !== '' && (birthDate.length !== 10 || !dateRange(birthDate)))
    errors.birthDate = 'Enter a date that exists, as YYYY-MM-DD.';
  else if (birthDate > today) errors.birthDate = 'A date of birth cannot be in the future.';
  else if (birthDate !== '' && birthDate < '1880') errors.birthDate = 'Check the year.';
  return errors;
}

/** The record service's refusal, put beside the fields it is about. */
export function errorsFromOutcome(outcome: unknown): RegistrationErrors {
  const errors: Partial<Record<RegistrationField | 'form', string>> = {};
  for (const { expression, diagnostics } of readOperationOutcome(outcome)) {
    const field = FIELDS.find(([path]) => expression?.[0]?.startsWith(path))?.[1] ?? 'form';
    errors[field] ??= sentence(diagnostics, expression?.[0]);
  }
  return Object.keys(errors).length > 0 ? errors : { form: 'The record service refused this registration.' };
}

const FIELDS: readonly (readonly [string, RegistrationField])[] = [
  ['Patient.name[0].given', 'given'],
  ['Patient.name[0].family', 'family'],
  ['Patient.birthDate', 'birthDate'],
  ['Patient.gender', 'sex'],
  ['Patient.identifier', 'mrn'],
  ['Patient.telecom', 'phone'],
];

/** "Patient.gender must be …" becomes "Must be …": the field's label stands beside it. */
function sentence(diagnostics: string | undefined, path: string | undefined): string {
  const text = (diagnostics ?? 'The record service refused this.').replace(`${path ?? ''} `, '').trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
