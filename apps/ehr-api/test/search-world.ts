/** A few records of a clinic, of which every rule of searching finds some and leaves others. */
const TAG = { system: 'urn:rules', code: 'w' };
const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';
const V2 = 'http://terminology.hl7.org/CodeSystem/v2-0203';

const concept = (code: string, display?: string, text?: string) => ({
  coding: [{ system: LOINC, code, ...(display && { display }) }],
  ...(text && { text }),
});
const amount = (value: number, code: string, unit = code) => ({ value, unit, system: UCUM, code });
const to = (reference: string) => ({ reference });

interface Resource {
  readonly resourceType: string;
  readonly id: string;
}

const make = (resourceType: string, id: string, elements: object): Resource =>
  ({
    resourceType,
    id: `w-${id}`,
    meta: { tag: [TAG] },
    ...elements,
  }) as Resource;

const observation = (id: string, elements: object) => make('Observation', id, { status: 'final', ...elements }); // prettier-ignore

export const world: readonly Resource[] = [
  make('Organization', 'clinic', { name: 'Clinic North', partOf: to('Organization/w-group') }),
  make('Organization', 'group', { name: 'Group of Clinics' }),
  make('Practitioner', 'doctor', { name: [{ family: 'Curie' }] }),
  make('Patient', 'ann', {
    name: [{ family: 'Archer', given: ['Ann'] }],
    gender: 'female',
    birthDate: '1980-05-17',
    identifier: [
      {
        system: 'urn:mrn',
        value: '446053',
        type: { coding: [{ system: V2, code: 'MR' }], text: 'Medical record' },
      },
      { system: 'urn:ssn', value: '446053', type: { coding: [{ system: V2, code: 'SS' }] } },
    ],
    managingOrganization: to('Organization/w-clinic'),
    generalPractitioner: [to('Practitioner/w-doctor')],
  }),
  make('Patient', 'bob', {
    name: [{ family: 'Baker', given: ['Bob', 'Zed'] }],
    gender: 'male',
    birthDate: '1950',
    managingOrganization: { identifier: { system: 'urn:org', value: '7' } },
  }),
  make('Patient', 'cid', {
    name: [{ family: 'Carter', given: ['Cid'] }],
    managingOrganization: { display: 'Elsewhere' },
  }),
  make('Encounter', 'visit', {
    status: 'finished',
    class: { code: 'AMB' },
    subject: to('Patient/w-ann'),
    period: { start: '2026-01-02', end: '2026-01-03' },
    length: { value: 90, unit: 'min', system: UCUM, code: 'min' },
  }),
  observation('weight', {
    code: concept('29463-7', 'Body weight', 'Weight'),
    subject: to('Patient/w-ann'),
    encounter: to('Encounter/w-visit'),
    effectiveDateTime: '2026-01-02',
    valueQuantity: amount(5.4, 'mg'),
    performer: [to('Practitioner/w-doctor')],
  }),
  observation('grams', {
    code: concept('29463-7', 'Body weight'),
    subject: to('Patient/w-bob'),
    effectiveDateTime: '2026-02-01',
    valueQuantity: amount(0.01, 'g'),
  }),
  observation('pressure', {
    code: concept('85354-9', 'Blood pressure panel'),
    subject: to('Patient/w-ann'),
    effectiveDateTime: '2026-03-01',
    component: [
      { code: concept('8480-6', 'Systolic'), valueQuantity: amount(140, 'mm[Hg]') },
      { code: concept('8462-4', 'Diastolic'), valueQuantity: amount(80, 'mm[Hg]') },
    ],
  }),
  observation('note', {
    code: { text: 'Headache' },
    subject: to('https://elsewhere.example/fhir/Patient/9'),
    valueString: 'throbbing',
  }),
  make('QuestionnaireResponse', 'answers', {
    status: 'completed',
    questionnaire: 'http://forms.example/base|2.0',
  }),
  make('ValueSet', 'form', { status: 'active', url: 'http://forms.example/intake' }),
  make('RiskAssessment', 'risk', {
    status: 'final',
    subject: to('Patient/w-bob'),
    prediction: [{ probabilityDecimal: 0.8 }],
  }),
  make('Location', 'north', { name: 'North', position: { latitude: 47.4, longitude: 8.5 } }),
  make('Location', 'south', { name: 'South', position: { latitude: 46.2, longitude: 8.9 } }),
  make('List', 'mine', {
    status: 'current',
    mode: 'working',
    entry: [
      { item: to('Patient/w-bob') },
      { item: to('Patient/w-ann'), deleted: true },
      { item: to('Observation/w-note') },
    ],
  }),
];
