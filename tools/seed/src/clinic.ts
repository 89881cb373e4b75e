import type { Reference } from 'fhir/r4';
import { Chart, concept, later, systems } from './chart.ts';

/** Where patients go, and whom they see. */
export interface Clinic {
  readonly chart: Chart;
  readonly organization: Reference;
  readonly laboratory: Reference;
  readonly location: Reference;
  readonly practitioners: readonly Reference[];
  readonly schedule: Reference;
}

const DOCTORS = [
  ['Okafor', 'Amara', 'female', 'General practice'],
  ['Lindqvist', 'Nils', 'male', 'General practice'],
  ['Haddad', 'Leila', 'female', 'Internal medicine'],
  ['Novák', 'Tomáš', 'male', 'Cardiology'],
  ['Ferreira', 'Inês', 'female', 'Endocrinology'],
] as const;

/** A practice with five doctors and a laboratory, and free times in the two weeks from `today` on. */
export function clinicOf(today: Date): Clinic {
  const chart = new Chart('clinic');
  const contact = (phone: string) => [{ system: 'phone' as const, value: phone, use: 'work' as const }];
  const organization = chart.add(
    {
      resourceType: 'Organization',
      active: true,
      identifier: [{ system: 'urn:ehr-connect:organization', value: 'HARBOUR' }],
      name: 'Harbour Street Practice',
      telecom: contact('+49 40 5550100'),
      address: [{ line: ['Harbour Street 12'], city: 'Hamburg', postalCode: '20459', country: 'DE' }],
    },
    'clinic-harbour',
  );
  const laboratory = chart.add(
    {
      resourceType: 'Organization',
      active: true,
      name: 'Elbe Laboratory',
      telecom: contact('+49 40 5550199'),
    },
    'clinic-laboratory',
  );
  const location = chart.add({
    resourceType: 'Location',
    status: 'active',
    name: 'Harbour Street Practice, ground floor',
    managingOrganization: organization,
  });
  const practitioners = DOCTORS.map(([family, given, gender, specialty]) => {
    const practitioner = chart.add({
      resourceType: 'Practitioner',
      active: true,
      name: [{ use: 'official', family, given: [given], prefix: ['Dr.'] }],
      gender,
    });
    chart.add({
      resourceType: 'PractitionerRole',
      active: true,
      practitioner,
      organization,
      location: [location],
      specialty: [{ text: specialty }],
    });
    return { ...practitioner, display: `Dr. ${given} ${family}` };
  });
  const service = chart.add({
    resourceType: 'HealthcareService',
    active: true,
    providedBy: organization,
    location: [location],
    name: 'Consultation',
    type: [concept(systems.snomed, '11429006', 'Consultation')],
  });
  const schedule = chart.add({
    resourceType: 'Schedule',
    active: true,
    actor: [practitioners[0] as Reference, location, service],
    planningHorizon: { start: today.toISOString(), end: later(today, 14).toISOString() },
  });
  for (let count = 0; count < 14; count += 1) {
    const start = later(today, count + 1, 9);
    const end = later(start, 0, 0.5);
    chart.add({
      resourceType: 'Slot',
      schedule,
      status: 'free',
      start: start.toISOString(),
      end: end.toISOString(),
    });
  }
  return { chart, organization, laboratory, location, practitioners, schedule };
}
