import type { Faker } from '@faker-js/faker';
import type { Reference } from 'fhir/r4';
import { type Chart, concept, day, later, systems } from './chart.ts';
import type { Clinic } from './clinic.ts';
import type { Oddity } from './person.ts';

/** A life as far as it is told. */
interface Life {
  readonly chart: Chart;
  readonly patient: Reference;
  readonly doctor: Reference;
  readonly clinic: Clinic;
  readonly faker: Faker;
  readonly birth: Date;
  readonly today: Date;
}

const VACCINES = [
  ['88', 'Influenza'],
  ['113', 'Tetanus and diphtheria'],
  ['33', 'Pneumococcal'],
  ['208', 'COVID-19'],
] as const;

/** What is told once in a life: allergies, vaccinations, family, insurance, documents, what comes next. */
export function tellOnce(
  { chart, patient, doctor, clinic, faker, birth, today }: Life,
  oddity: Oddity | null,
): void {
  addAllergy(chart, patient, doctor, oddity, today, faker);
  VACCINES.forEach(([code, name], index) => {
    chart.add({
      ...{
        resourceType: 'Immunization',
        status: 'completed',
        patient,
        lotNumber: faker.string.alphanumeric(6).toUpperCase(),
      },
      ...{
        vaccineCode: concept(systems.cvx, code, name),
        occurrenceDateTime: day(later(today, -400 * (index + 1))),
      },
      performer: [{ actor: doctor }],
    });
  });
  chart.add({
    ...{ resourceType: 'Procedure', status: 'completed', subject: patient, performer: [{ actor: doctor }] },
    ...{
      code: concept(systems.snomed, '29303009', 'Electrocardiogram'),
      performedDateTime: day(later(today, -700)),
    },
  });
  chart.add({
    ...{ resourceType: 'FamilyMemberHistory', status: 'completed', patient },
    relationship: concept(`${systems.terminology}/v3-RoleCode`, 'MTH', 'mother'),
    condition: [
      { code: { text: faker.helpers.arrayElement(['Hypertension', 'Breast cancer', 'Diabetes', 'Stroke']) } },
    ],
  });
  chart.add({
    ...{ resourceType: 'RelatedPerson', active: true, patient, name: [{ text: faker.person.fullName() }] },
    relationship: [concept(`${systems.terminology}/v3-RoleCode`, 'FAMMEMB', 'family member')],
    telecom: [{ system: 'phone', value: '+49 40 5552000' }],
  });
  chart.add({
    ...{
      resourceType: 'Coverage',
      status: 'active',
      beneficiary: patient,
      subscriberId: faker.string.numeric(10),
    },
    payor: [{ display: 'Statutory health insurance' }],
  });
  chart.add({
    ...{ resourceType: 'CareTeam', status: 'active', name: 'Primary care', subject: patient },
    participant: [{ member: doctor }],
  });
  const letter = `Letter of ${day(later(today, -30))}: seen in good general condition.`;
  chart.add({
    ...{ resourceType: 'DocumentReference', status: 'current', subject: patient, author: [doctor] },
    ...{
      type: concept(systems.loinc, '34133-9', 'Summary of episode note'),
      date: later(today, -30).toISOString(),
    },
    content: [{ attachment: { contentType: 'text/plain', data: Buffer.from(letter).toString('base64') } }],
  });
  if (oddity === 'deceased') {
    const [first] = chart.entries;
    Object.assign(first?.resource ?? {}, { deceasedDateTime: day(later(today, -190)) });
    return;
  }
  if (birth.getTime() < later(today, -75 * 365).getTime())
    chart.add({
      ...{
        resourceType: 'Flag',
        status: 'active',
        subject: patient,
        period: { start: day(later(today, -300)) },
      },
      code: { text: 'Fall risk' },
    });
  const start = later(today, 3 + faker.number.int({ min: 0, max: 40 }), 9);
  chart.add({
    ...{ resourceType: 'Appointment', status: 'booked', description: 'Follow-up' },
    ...{ start: start.toISOString(), end: later(start, 0, 0.5).toISOString() },
    participant: [patient, doctor, clinic.location].map((actor) => ({ actor, status: 'accepted' as const })),
  });
}

function addAllergy(
  chart: Chart,
  patient: Reference,
  recorder: Reference,
  oddity: Oddity | null,
  today: Date,
  faker: Faker,
): void {
  if (oddity === 'nothing-on-allergies') return;
  const status = (name: string, code: string) => ({
    coding: [{ system: `${systems.terminology}/${name}`, code }],
  });
  const own = { ...{ patient, recorder, recordedDate: later(today, -1200).toISOString() },
    clinicalStatus: status('allergyintolerance-clinical', 'active'),
    verificationStatus: status('allergyintolerance-verification', 'confirmed'),
  }; // prettier-ignore
  if (oddity === 'no-known-allergies' || faker.number.int(2) > 0) {
    const code = concept(systems.snomed, '716186003', 'No known allergy');
    chart.add({ resourceType: 'AllergyIntolerance', ...own, code });
    return;
  }
  const [code, name] = faker.helpers.arrayElement([['91936005', 'Penicillin'], ['91935009', 'Peanut'], ['300916003', 'Latex']]) as [string, string]; // prettier-ignore
  chart.add({
    ...{
      resourceType: 'AllergyIntolerance',
      ...own,
      code: concept(systems.snomed, code, `Allergy to ${name}`),
    },
    ...{ type: 'allergy', criticality: 'high' },
    reaction: [{ manifestation: [{ text: 'Hives' }], severity: 'moderate' }],
  });
}
