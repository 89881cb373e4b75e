import type { Patient } from 'fhir/r4';
import { escapeSearchValue } from '../records/escape-search-value.ts';
import { fhirRequest } from '../records/fhir-request.ts';
import { MRN_SYSTEM } from '../records/mrn-system.ts';
import { checkRegistration, errorsFromOutcome } from './check-registration.ts';
import { type Registration, type RegistrationErrors, toPatient } from './registration.ts';

/** What came of a registration: the new patient's id, or what is wrong with it. */
export type RegistrationResult =
  | { readonly kind: 'registered'; readonly id: string }
  | { readonly kind: 'refused'; readonly errors: RegistrationErrors };

const UNREACHABLE = {
  kind: 'refused',
  errors: { form: 'The record service is not reachable, so nothing was saved. Try again in a moment.' },
} as const;

const MISCONFIGURED = {
  kind: 'refused',
  errors: {
    form: 'This site is misconfigured: it is connected to a record service that is not its own, so nothing was saved. Tell whoever runs it.',
  },
} as const;

const SIGNED_OUT = {
  kind: 'refused',
  errors: { form: 'You were signed out meanwhile, so nothing was saved. Sign in and send the form again.' },
} as const;

const FORBIDDEN = {
  kind: 'refused',
  errors: { form: 'Your role does not let you register patients, so nothing was saved.' },
} as const;

const TAKEN = {
  kind: 'refused',
  errors: { mrn: 'This number belongs to a patient already. Search before you register.' },
} as const;

/** Registers the patient, or says what is wrong by field. */
export async function registerPatient(
  registration: Registration,
  today: string,
): Promise<RegistrationResult> {
  const errors = checkRegistration(registration, today);
  if (Object.keys(errors).length > 0) return { kind: 'refused', errors };
  // One request: of two desks that register the same number at once the second finds what the first did.
  const sameNumber = new URLSearchParams({
    identifier: `${MRN_SYSTEM}|${escapeSearchValue(registration.mrn)}`,
  });
  const created = await fhirRequest<Patient>('create', '/Patient', {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json', 'if-none-exist': sameNumber.toString() },
    body: JSON.stringify(toPatient(registration)),
  });
  if (created.kind === 'unreachable') return UNREACHABLE;
  if (created.kind === 'misconfigured') return MISCONFIGURED;
  if (created.kind === 'signed-out') return SIGNED_OUT;
  const { status } = created;
  if (status === 403) return FORBIDDEN;
  if (status === 200 || status === 412) return TAKEN;
  if (created.kind === 'refused') return { kind: 'refused', errors: errorsFromOutcome(created.outcome) };
  return { kind: 'registered', id: created.value.id ?? '' };
}
