import type { Resource } from './definitions.ts';
import { UCUM } from './units.ts';

const LOINC = 'http://loinc.org';
const MRN_TYPE = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }], text: 'Medical record' }; // prettier-ignore
const coded = (code: string, system = LOINC) => ({ coding: [{ system, code }] });
const of = (id: string) => ({ reference: `Patient/${id}` });
const measured = (id: string, code: string, quantity: object, more: object = {}): Resource => ({
  ...{ resourceType: 'Observation', id, status: 'final', code: coded(code), valueQuantity: quantity },
  ...more,
});
const patient = (id: string, more: object): Resource => ({ resourceType: 'Patient', id, ...more });
const risk = (id: string, prediction: object): Resource => ({
  ...{ resourceType: 'RiskAssessment', id, status: 'final', subject: of('eve'), prediction: [prediction] },
});
const plan = (id: string, more: object): Resource => ({
  ...{ resourceType: 'PlanDefinition', id, status: 'active', ...more },
});

/** The few resources that the examples of the specification's page on search are asked of. */
export const exampleResources: readonly Resource[] = [
  patient('eve', {
    meta: {
      tag: [{ system: 'urn:t', code: 'a' }],
      profile: ['urn:p'],
      lastUpdated: '2020-05-01T10:00:00.500Z',
    },
    identifier: [
      { system: 'http://acme.org/patient', value: '2345', type: { text: 'Acme number' } },
      { system: 'urn:x', value: '446053', type: MRN_TYPE },
    ],
    ...{
      name: [{ family: 'van der Berg', given: ['Eve'] }],
      gender: 'female',
      birthDate: '1980-05-17',
      active: true,
    },
    generalPractitioner: [{ reference: 'Practitioner/joe' }],
  }),
  patient('evelyn', {
    name: [{ family: 'Carréno-Quinones', given: ['Evelyn'] }],
    ...{ gender: 'male', birthDate: '1980', deceasedDateTime: '2013-01-14T10:00:00Z' },
    link: [{ other: of('eve'), type: 'seealso' }],
  }),
  patient('severine', { name: [{ family: 'Peter', given: ['Severine', 'Son, Jr.'] }] }),
  { resourceType: 'Practitioner', id: 'joe', name: [{ family: 'Joe' }] },
  measured(
    'potassium',
    '2823-3',
    { value: 5.5, system: UCUM, code: 'mmol/L', unit: 'mmol/l' },
    {
      subject: of('eve'),
      effectiveDateTime: '2013-01-14',
      encounter: { reference: 'Encounter/visit/_history/2' },
    },
  ),
  measured('milligrams', '1234-5', { value: 5.4, system: UCUM, code: 'mg' }, { subject: of('evelyn'), effectivePeriod: { start: '2013-01-13', end: '2013-01-15' } }), // prettier-ignore
  measured('grams', '1234-5', { value: 0.0054, system: UCUM, code: 'g' }, { subject: { reference: 'http://elsewhere.org/fhir/Patient/9' } }), // prettier-ignore
  measured(
    'above',
    '1',
    { value: 100, comparator: '>', unit: 'mg' },
    { effectivePeriod: { start: '2010-06' } },
  ),
  {
    ...{
      resourceType: 'Observation',
      id: 'pressure',
      status: 'final',
      code: { text: 'Blood pressure panel' },
    },
    ...{
      subject: { identifier: { system: 'urn:x', value: '446053' } },
      effectiveDateTime: '2013-01-14T23:30:00-02:00',
    },
    component: [
      { code: coded('8480-6'), valueQuantity: { value: 107, system: UCUM, code: 'mm[Hg]' } },
      { code: coded('8462-4'), valueQuantity: { value: 60, system: UCUM, code: 'mm[Hg]' } },
    ],
  },
  {
    ...{ resourceType: 'Encounter', id: 'visit', status: 'finished', class: { code: 'AMB' } },
    ...{ subject: of('eve'), period: { end: '2012-02-29' } },
  },
  {
    ...{
      resourceType: 'Condition',
      id: 'headache',
      subject: of('eve'),
      encounter: { reference: 'Encounter/visit' },
    },
    code: {
      coding: [{ system: 'http://snomed.info/sct', code: '25064002', display: 'Headache (finding)' }],
      text: 'Kopfschmerz',
    },
  },
  risk('low', { probabilityDecimal: 0.8 }),
  risk('span', { probabilityRange: { low: { value: 0.5 }, high: { value: 0.9 } } }),
  {
    ...{ resourceType: 'List', id: '42', status: 'current', mode: 'working' },
    entry: [{ item: of('eve') }, { item: of('evelyn'), deleted: true }],
  },
  plan('a', { url: 'http://acme.org/fhir/a', library: ['http://acme.org/library|1'] }),
  plan('b', { url: 'http://acme.org/fhir/a/b', library: ['http://acme.org/library|2'] }),
  plan('c', { url: 'urn:oid:1.2.3' }),
];
