import { compartmentParameters, resourceTypes } from '@ehr/fhir/server';
import type { Role } from '../config/issuers.ts';
import type { Letter } from '../store/access.ts';

const all = ['c', 'r', 'u', 'd', 's'] as const;
const kept = ['c', 'r', 'u', 's'] as const;
const seen = ['r', 's'] as const;

/** Who works where, and what is given there: known to everybody, and no patient's. */
export const DIRECTORY: readonly string[] = [
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'OrganizationAffiliation',
  'Location',
  'HealthcareService',
  'Endpoint',
  'Medication',
  'MedicationKnowledge',
  'Substance',
];

const APPOINTMENTS = ['Appointment', 'AppointmentResponse', 'Schedule', 'Slot'];
const AT_THE_DESK = ['Patient', 'RelatedPerson', 'Coverage', 'Account', ...APPOINTMENTS];
const AUDIT = ['AuditEvent'];

/** Types that say something of patients, or may: charts, and what holds anything. */
const ofPatients = new Set([
  ...resourceTypes().filter((type) => compartmentParameters(type).length > 0),
  ...['Binary', 'BiologicallyDerivedProduct', 'Bundle', 'Contract', 'Device', 'DeviceMetric', 'EnrollmentResponse', 'GuidanceResponse', 'Linkage', 'MessageHeader', 'Parameters', 'PaymentNotice', 'PaymentReconciliation', 'VerificationResult'],
]); // prettier-ignore

interface Rule {
  readonly letters: readonly Letter[];
  readonly types: (type: string) => boolean;
}

const some =
  (...types: readonly string[]) =>
  (type: string) =>
    types.includes(type);
const except =
  (...types: readonly string[]) =>
  (type: string) =>
    !types.includes(type);

/**
 * What each role may do; together with others more. Nobody changes what the audit says. Clinicians do not delete: what was
 * entered in error says so. Whoever administers the system has no business in charts.
 */
const rules: Readonly<Record<Role, readonly Rule[]>> = {
  clinician: [{ letters: kept, types: except(...AUDIT) }],
  'front-desk': [
    { letters: kept, types: some(...AT_THE_DESK) },
    { letters: seen, types: some('Encounter', ...DIRECTORY) },
  ],
  administrator: [
    { letters: all, types: (type) => !ofPatients.has(type) && !AUDIT.includes(type) },
    { letters: all, types: some('Patient', 'Person') },
  ],
  auditor: [{ letters: seen, types: some(...AUDIT) }],
  system: [
    { letters: all, types: except(...AUDIT) },
    { letters: seen, types: some(...AUDIT) },
  ],
};

/** Who may open the chart of a patient whose records are restricted, by saying why. */
const breakers: readonly Role[] = ['clinician'];

export function mayBreakGlass(role: Role): boolean {
  return breakers.includes(role);
}

/** Whether a role allows to do this with resources of a type. */
export function roleAllows(role: Role, type: string, letter: Letter): boolean {
  return rules[role].some(({ letters, types }) => letters.includes(letter) && types(type));
}
