/** Who can sign in to try things out: one for each role, a patient, and somebody of another tenant. */
export interface Person {
  /** What they sign in with. */
  readonly name: string;
  readonly fullName: string;
  readonly roles: readonly string[];
  readonly tenant: string;
  /** Who they are in the records: `Practitioner/clara`. */
  readonly fhirUser: string;
}

/** Of all of them: this issuer is for one’s own computer. */
export const PASSWORD = 'demo';

const employed = (name: string, fullName: string, role: string, tenant = 'default'): Person => ({
  name,
  fullName,
  roles: [role],
  tenant,
  fhirUser: `Practitioner/${name}`,
});

export const people: readonly Person[] = [
  employed('clara', 'Clara Clinician', 'clinician'),
  employed('frida', 'Frida Frontdesk', 'front-desk'),
  employed('adam', 'Adam Administrator', 'administrator'),
  employed('audrey', 'Audrey Auditor', 'auditor'),
  employed('olga', 'Olga Otherclinic', 'clinician', 'other'),
  { name: 'paul', fullName: 'Paul Patient', roles: [], tenant: 'default', fhirUser: 'Patient/paul' },
];

export function personOf(name: string): Person | undefined {
  return people.find((one) => one.name === name);
}

/** The record of a person who is a patient. */
export function ownChartOf({ fhirUser }: Person): string | undefined {
  const [type, id] = fhirUser.split('/');
  return type === 'Patient' ? id : undefined;
}
