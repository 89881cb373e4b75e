import fc from 'fast-check';
import { UCUM } from './units.ts';

/** What optional elements are: given in about two of three. */
export function maybe<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined, freq: 2 });
}

export function some<T>(value: fc.Arbitrary<T>, maxLength = 2): fc.Arbitrary<T[]> {
  return fc.array(value, { minLength: 1, maxLength });
}

const SYSTEMS = ['http://loinc.org', 'http://snomed.info/sct', 'urn:oid:1.2.3'];
const CODES = ['1234-5', '8480-6', '2823-3', 'MR', 'mr', 'x,y', 'a|b', 'c$d', 'e\\f', '1'];
const WORDS = [
  'Systolic pressure',
  'Ödem',
  'Potassium',
  'systolic',
  'a, b',
  'Straße 1',
  '100%',
  'under_score',
];

export const word = fc.constantFrom(...WORDS);
const code = fc.constantFrom(...CODES);
const system = fc.constantFrom(...SYSTEMS);

/** What is valid without the value that is mostly looked for; its id tells. */
export const BARE = 'bare';
function atTimesBare<T>(value: fc.Arbitrary<T>, bare: fc.Arbitrary<object>): fc.Arbitrary<T | object> {
  return fc.oneof(
    { weight: 40, arbitrary: value },
    { weight: 1, arbitrary: bare.map((one) => ({ id: BARE, ...one })) },
  );
}

export const coding = atTimesBare(
  fc.record({ system: maybe(system), code, display: maybe(word) }),
  fc.record({ system, display: word }),
);
export const concept = fc.oneof(
  { weight: 6, arbitrary: fc.record({ coding: some(coding), text: maybe(word) }) },
  { weight: 1, arbitrary: fc.record({ text: word }) },
);

const MR = { system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' };
const wholeIdentifier = fc.record({
  system: maybe(fc.constantFrom('urn:mrn', 'http://acme.org/patient')),
  value: fc.constantFrom('446053', '2345', 'A|1', 'a,2'),
  type: maybe(fc.record({ coding: some(fc.oneof(fc.constant(MR), coding)), text: maybe(word) })),
});

export const identifier = atTimesBare(wholeIdentifier, fc.record({ system: fc.constant('urn:mrn') }));

const FAMILIES = [
  'Müller',
  'muller',
  'van der Berg',
  'Smith',
  'O’Brien',
  'Lund-Sørensen',
  'de la Cruz, Jr.',
  'STRAUß',
];
const GIVEN = ['Eve', 'Evelyn', 'Severine', 'Peter', 'Zoë', 'Łukasz', 'Anna  Maria', 'peter'];
const wholeName = fc.record({
  family: maybe(fc.constantFrom(...FAMILIES)),
  given: fc.array(fc.constantFrom(...GIVEN), { minLength: 1, maxLength: 2 }),
  prefix: maybe(fc.constant(['Dr. med.'])),
  text: maybe(fc.constantFrom('Eve Smith', 'Peter van der Berg')),
});

export const humanName = atTimesBare(wholeName, fc.constant({ use: 'official' }));

export const address = fc.record({
  line: maybe(fc.constant(['Straße 1', '2nd floor'])),
  city: maybe(fc.constantFrom('Köln', 'koln', 'New York', 'York')),
  country: maybe(fc.constantFrom('DE', 'US')),
  postalCode: fc.constantFrom('50667', '10001'),
  use: maybe(fc.constantFrom('home', 'work')),
});

export const telecom = fc.record({
  system: fc.constantFrom('phone', 'email'),
  value: fc.constantFrom('555-1234', 'eve@acme.org', '+49 1'),
});

const DAYS = [
  '1980',
  '1980-05',
  '1980-05-17',
  '1999-12-31',
  '2010-01-01',
  '2010-01',
  '2013-01-14',
  '2024-02-29',
];
const TIMES = ['2010-01-01T00:00:00Z', '2010-01-01T00:30:00+02:00', '2013-01-14T10:00:00.123Z', '2013-01-14T23:59:59-01:00', '1999-12-31T23:59:59.999Z']; // prettier-ignore
export const date = fc.constantFrom(...DAYS);
export const dateTime = fc.constantFrom(...DAYS, ...TIMES);

/** Never the end before the start; open at either side, or at both. */
export const period = fc
  .tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 }), fc.constantFrom('both', 'start', 'end', 'both'))
  .map(([a, b, ends]) => {
    const days = ['1980-05', '1999-12-31', '2010-01-01', '2010-01-01T12:00:00Z', '2013-01-14', '2024'];
    const [start, end] = [days[Math.min(a, b)], days[Math.max(a, b)]];
    return { ...(ends !== 'end' && { start }), ...(ends !== 'start' && { end }) };
  });

const VALUES = [5.4, 5.35, 5.45, 5.44, 0.0054, 70, 154.3, 100, 99.5, 100.5, 120, -3, 37.5, 0, 1, 0.5, 1200];
export const number = fc.constantFrom(...VALUES);
const UNITS = ['mg', 'g', 'kg', '[lb_av]', 'mg', 'g', 'cm', 'm', 'mm[Hg]', 'Cel', '/min', '%'];
const unit = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...UNITS).map((one) => ({ system: UCUM, code: one, unit: one })) },
  { weight: 1, arbitrary: fc.constantFrom('mg', 'pounds').map((one) => ({ unit: one })) },
  { weight: 1, arbitrary: fc.constant({ system: 'urn:units', code: 'mg' }) },
);
const wholeQuantity = fc
  .tuple(number, unit, fc.constantFrom('<', '<=', '>', '>=', ...Array.from({ length: 20 }, () => undefined)))
  .map(([value, of, comparator]) => ({ value, ...of, ...(comparator !== undefined && { comparator }) }));
export const quantity = atTimesBare(wholeQuantity, fc.constant({ unit: 'mg' }));
export const simpleQuantity = fc.tuple(number, unit).map(([value, of]) => ({ value, ...of }));
export const duration = fc
  .tuple(fc.constantFrom(1, 2, 60, 120, 1.5), fc.constantFrom('min', 'h', 'd'))
  .map(([value, own]) => ({ value, system: UCUM, code: own, unit: own }));
export const age = fc
  .constantFrom(1, 40, 40.5, 62)
  .map((value) => ({ value, system: UCUM, code: 'a', unit: 'years' }));

/** Of one unit, from less to more; open at either side. */
export const range = fc
  .tuple(number, number, unit, fc.constantFrom('both', 'low', 'high', 'both'))
  .map(([a, b, of, ends]) => ({
    ...(ends !== 'high' && { low: { value: Math.min(a, b), ...of } }),
    ...(ends !== 'low' && { high: { value: Math.max(a, b), ...of } }),
  }));

const ADDRESSES = ['http://acme.org/fhir', 'http://acme.org/fhir/a', 'http://acme.org/fhir/a/b', 'http://acme.org/fhir/ab', 'http://acme.org/FHIR/a', 'urn:oid:1.2.3']; // prettier-ignore
export const uri = fc.constantFrom(...ADDRESSES);
export const canonical = fc
  .tuple(uri, fc.constantFrom('', '|1', '|2'))
  .map(([address, version]) => address + version);

/** An id mostly of one that is there; at times of none. */
export function referenceTo(types: Readonly<Record<string, number>>): fc.Arbitrary<object> {
  const local = fc
    .constantFrom(...Object.keys(types))
    .chain((type) => fc.nat({ max: types[type] ?? 0 }).map((index) => `${type}/${idOf(type, index)}`));
  return fc.oneof(
    { weight: 14, arbitrary: local.map((reference) => ({ reference })) },
    { weight: 1, arbitrary: local.map((reference) => ({ reference: `${reference}/_history/1` })) },
    {
      weight: 1,
      arbitrary: local.map((reference) => ({ reference: `http://elsewhere.org/fhir/${reference}` })),
    },
    { weight: 1, arbitrary: identifier.map((one) => ({ identifier: one, display: 'Someone' })) },
    {
      weight: 1,
      arbitrary: fc.tuple(local, identifier).map(([reference, one]) => ({ reference, identifier: one })),
    },
  );
}

/** The same ids for several types: a bare id may mean any of them. */
export function idOf(type: string, index: number): string {
  return type === 'Patient' || type === 'Group' || type === 'Practitioner' ? `x${index}` : `${type.slice(0, 3).toLowerCase()}-${index}`; // prettier-ignore
}
