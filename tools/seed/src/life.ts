import { de, en, Faker, tr, vi } from '@faker-js/faker';
import type { HumanName, Patient, Reference } from 'fhir/r4';
import { Chart, concept, day, later, systems } from './chart.ts';
import type { Clinic } from './clinic.ts';
import { type Disease, diseases } from './diseases.ts';
import { laboratoryAt, type Occasion, type Shift, vitalsAt } from './measurements.ts';
import type { Person } from './person.ts';
import { tellOnce } from './tell-once.ts';

const LOCALES = [en, en, de, tr, vi];
const VISITS = { least: 9, most: 14 } as const;

/** All that is known of a person, at least a hundred resources: the same for the same person, clinic and day. */
export function lifeOf(person: Person, clinic: Clinic, today: Date): Chart {
  const { key, number, seed, oddity } = person;
  const chart = new Chart(key);
  const faker = new Faker({ locale: [LOCALES[number % LOCALES.length] ?? en, en] });
  faker.seed(seed * 100_000 + number);
  const sex = faker.helpers.arrayElement(['female', 'male'] as const);
  const birth = faker.date.birthdate({ mode: 'age', min: 19, max: 88, refDate: today });
  const patient = chart.add(patientOf(person, sex, birth, clinic, faker), key);
  const own = faker.helpers.arrayElements(diseases, faker.helpers.arrayElement([0, 1, 1, 2, 2, 3]));
  const visits = faker.number.int({ min: VISITS.least, max: VISITS.most });
  const until = oddity === 'deceased' ? later(today, -200) : today;
  // Diagnosed at the second visit, treated from then on: what is measured gets better by the third.
  const body = { heightCm: sex === 'male' ? 177 : 165, weightKg: faker.number.int({ min: 52, max: 94 }) };
  const doctor = clinic.practitioners[number % 2] as Reference;
  const life = { chart, patient, doctor, clinic, faker, birth, today };
  for (let visit = 1; visit <= visits; visit += 1) {
    const at = later(until, -Math.round((6 * 365 * (visits - visit + 1)) / visits), 8 + (visit % 8));
    const shift: Shift = (measured) =>
      own.reduce((sum, { shifts }) => sum + (shifts[measured] ?? 0) * (visit <= 2 ? 1 : 1 / 3), 0);
    const encounter = chart.add(encounterAt(patient, doctor, clinic, at, visit, own));
    const occasion = { subject: patient, encounter, performer: doctor, at };
    for (const vital of vitalsAt(occasion, body, shift, faker)) chart.add(vital);
    if (visit % 3 === 1 || visit <= 3) addLaboratory(chart, occasion, clinic, shift, faker);
    if (visit === 2) for (const disease of own) addDisease(chart, occasion, disease);
  }
  tellOnce(life, oddity);
  return chart;
}

function patientOf(
  { key, number, oddity }: Person,
  gender: 'female' | 'male',
  birth: Date,
  clinic: Clinic,
  faker: Faker,
): Patient {
  const [given, family] = [faker.person.firstName(gender), faker.person.lastName()];
  const name: HumanName =
    oddity === 'long-name'
      ? {
          use: 'official',
          family: `${family}-${faker.person.lastName()} von und zu ${faker.location.city()}`,
          given: [given, ...Array.from({ length: 6 }, () => faker.person.middleName())],
        }
      : { use: 'official', family, given: [given] };
  return {
    resourceType: 'Patient',
    active: oddity !== 'merged',
    identifier: [
      {
        use: 'usual',
        type: concept(`${systems.terminology}/v2-0203`, 'MR', 'Medical record number'),
        system: 'urn:ehr-connect:mrn',
        value: `${key.toUpperCase()}`,
      },
    ],
    name: [name],
    gender,
    ...(oddity !== 'no-birth-date' && { birthDate: day(birth) }),
    telecom: [{ system: 'phone', value: `+49 40 555${String(1000 + number).slice(-4)}`, use: 'mobile' }],
    address: [{ line: [faker.location.streetAddress()], city: faker.location.city(), postalCode: faker.location.zipCode(), country: 'DE' }],
    generalPractitioner: [clinic.practitioners[number % 2] as Reference],
    managingOrganization: clinic.organization,
    ...(oddity === 'merged' && { link: [{ other: { reference: `Patient/${key.slice(0, -4)}${String(number - 1).padStart(4, '0')}` }, type: 'replaced-by' as const }] }),
  }; // prettier-ignore
}

function encounterAt(
  patient: Reference,
  doctor: Reference,
  clinic: Clinic,
  at: Date,
  visit: number,
  own: readonly Disease[],
) {
  return {
    resourceType: 'Encounter' as const,
    status: 'finished' as const,
    class: { system: `${systems.terminology}/v3-ActCode`, code: 'AMB', display: 'ambulatory' },
    type: [concept(systems.snomed, '11429006', 'Consultation')],
    subject: patient,
    participant: [{ individual: doctor }],
    period: { start: at.toISOString(), end: later(at, 0, 0.4).toISOString() },
    reasonCode: [
      { text: visit > 2 && own.length > 0 ? `Follow-up: ${own[visit % own.length]?.name}` : 'Check-up' },
    ],
    serviceProvider: clinic.organization,
    location: [{ location: clinic.location }],
  };
}

function addLaboratory(chart: Chart, occasion: Occasion, clinic: Clinic, shift: Shift, faker: Faker): void {
  const { subject, encounter, performer, at } = occasion;
  const code = concept(systems.loinc, '11502-2', 'Laboratory report');
  const order = chart.add({
    ...{ resourceType: 'ServiceRequest', status: 'completed', intent: 'order', code, subject, encounter },
    ...{ authoredOn: at.toISOString(), requester: performer },
  });
  const specimen = chart.add({
    resourceType: 'Specimen',
    type: concept(systems.snomed, '119297000', 'Blood specimen'),
    subject,
    collection: { collectedDateTime: at.toISOString() },
  });
  const reported = { ...occasion, performer: clinic.laboratory, at: later(at, 1) };
  const result = laboratoryAt(reported, specimen, shift, faker).map((value) => chart.add(value));
  chart.add({
    ...{
      resourceType: 'DiagnosticReport',
      status: 'final',
      code,
      subject,
      encounter,
      specimen: [specimen],
      result,
    },
    ...{ basedOn: [order], effectiveDateTime: at.toISOString(), issued: later(at, 1).toISOString() },
    performer: [clinic.laboratory],
  });
}

function addDisease(chart: Chart, { subject, encounter, performer, at }: Occasion, disease: Disease): void {
  const status = (name: string, code: string) => ({
    coding: [{ system: `${systems.terminology}/${name}`, code }],
  });
  const condition = chart.add({
    ...{ resourceType: 'Condition', code: disease.code, subject, encounter, asserter: performer },
    ...{
      clinicalStatus: status('condition-clinical', 'active'),
      verificationStatus: status('condition-ver-status', 'confirmed'),
    },
    category: [status('condition-category', 'problem-list-item')],
    ...{ onsetDateTime: day(later(at, -120)), recordedDate: at.toISOString() },
  });
  chart.add({
    ...{
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'order',
      subject,
      encounter,
      requester: performer,
    },
    ...{
      medicationCodeableConcept: disease.medication,
      authoredOn: at.toISOString(),
      reasonReference: [condition],
    },
    dosageInstruction: [{ text: disease.dosage }],
  });
  const goal = chart.add({
    ...{ resourceType: 'Goal', lifecycleStatus: 'active', description: { text: disease.goal }, subject },
    ...{ startDate: day(at), addresses: [condition] },
  });
  chart.add({
    ...{
      resourceType: 'CarePlan',
      status: 'active',
      intent: 'plan',
      title: `Care for ${disease.name}`,
      subject,
    },
    ...{ addresses: [condition], goal: [goal], period: { start: at.toISOString() } },
  });
}
