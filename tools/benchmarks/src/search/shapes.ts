import { CONDITION_CLINICAL, LABORATORY, LOINC, MRN, OBSERVATION_CATEGORY, type Person, RARE, VITALS } from './clinic.ts'; // prettier-ignore

/** What there is to ask for. */
export interface Population {
  readonly people: readonly Person[];
  readonly largeChart: string;
  /** When nearly all was written, and when all was. */
  readonly lately: readonly string[];
}

type Values = readonly string[];

/** A search as a clinic asks it again and again, with other values each time. */
export interface Shape {
  readonly key: string;
  /** As it is printed. */
  readonly name: string;
  /** What follows `/fhir/`. */
  readonly path: (values: Values) => string;
  readonly values: (population: Population) => readonly Values[];
  /** The query itself says in which order; else any order is right. */
  readonly isOrdered?: true;
  /** This page of the search with that key. */
  readonly page?: { readonly number: number; readonly of: string };
  /** Every answer tells how many match. */
  readonly total?: true;
}

const MOST_VALUES = 40;
const v = encodeURIComponent;
const loinc = (code = '') => v(`${LOINC}|${code}`);
const category = (code = '') => v(`${OBSERVATION_CATEGORY}|${code}`);
const mrn = (number = '') => v(`${MRN}|${number}`);

/** So many of a list, evenly spread. */
function some<Item>(items: readonly Item[], most = MOST_VALUES): readonly Item[] {
  const step = Math.max(1, items.length / most);
  return Array.from({ length: Math.min(most, items.length) }, (_, n) => items[Math.floor(n * step)] as Item);
}

const ofPeople = (values: (person: Person) => Values) => ({ people }: Population) => some(people).map(values); // prettier-ignore
const ofRegulars =
  (values: (person: Person) => Values) =>
  ({ people }: Population) =>
    some(people.filter(({ isRegular }) => isRegular)).map(values);
const always = (values: readonly Values[]) => () => values;

const common = VITALS.map(({ code }) => [code]);
const commonCode = (n: number) => VITALS[n % VITALS.length]?.code ?? '';
const numberOf = ({ id }: Person) => Number(id.slice(1));
/** Three months that begin in different years. */
const quarters = Array.from({ length: 9 }, (_, n) => [`${2016 + n}-02-01`, `${2016 + n}-05-01`]);

const patients: readonly Shape[] = [
  { key: 'name', name: 'Patient?name=', path: ([name]) => `Patient?name=${name}`, values: ofPeople(({ family }) => [family.slice(0, 3).toLowerCase()]) },
  { key: 'family-given', name: 'Patient?family=&given=', path: ([family, given]) => `Patient?family=${family}&given=${given}`, values: ofPeople(({ family, given }) => [family.toLowerCase(), given.toLowerCase()]) },
  { key: 'birthdate', name: 'Patient?birthdate=', path: ([day]) => `Patient?birthdate=${day}`, values: ofPeople(({ birthDate }) => [birthDate]) },
  { key: 'identifier', name: 'Patient?identifier=|', path: ([value]) => `Patient?identifier=${mrn(value)}`, values: ofPeople((person) => [person.mrn]) },
  { key: 'phone', name: 'Patient?phone=', path: ([phone = '']) => `Patient?phone=${v(phone)}`, values: ofPeople(({ phone }) => [phone]) },
  { key: 'name-birthdate', name: 'Patient?name=&birthdate=', path: ([name, day]) => `Patient?name=${name}&birthdate=${day}`, values: ofPeople(({ family, birthDate }) => [family.toLowerCase(), birthDate]) },
  { key: 'name-contains', name: 'Patient?name:contains=', path: ([part]) => `Patient?name:contains=${part}`, values: ofPeople(({ family }) => [family.slice(1, 5).toLowerCase()]) },
  { key: 'has', name: 'Patient?_has:Observation:patient:code=', path: ([code]) => `Patient?_has:Observation:patient:code=${loinc(code)}`, values: always([...LABORATORY, RARE].map(({ code }) => [code])) },
  { key: 'revinclude', name: 'Patient?identifier=&_revinclude=Encounter:subject', path: ([value]) => `Patient?identifier=${mrn(value)}&_revinclude=Encounter:subject`, values: ofPeople((person) => [person.mrn]) },
  { key: 'id', name: 'Patient?_id=', path: ([id]) => `Patient?_id=${id}`, values: ofPeople(({ id }) => [id]) },
]; // prettier-ignore

const observations: readonly Shape[] = [
  { key: 'code', name: 'Observation?code= (common)', path: ([code]) => `Observation?code=${loinc(code)}`, values: always(common) },
  { key: 'laboratory', name: 'Observation?code= (laboratory)', path: ([code]) => `Observation?code=${loinc(code)}`, values: always(LABORATORY.map(({ code }) => [code])) },
  { key: 'rare', name: 'Observation?code= (rare)', path: ([code]) => `Observation?code=${loinc(code)}`, values: always([[RARE.code]]) },
  { key: 'patient', name: 'Observation?patient=', path: ([id]) => `Observation?patient=${id}`, values: ofRegulars(({ id }) => [id]) },
  { key: 'patient-code', name: 'Observation?patient=&code=', path: ([id, code]) => `Observation?patient=${id}&code=${loinc(code)}`, values: ofRegulars((person) => [person.id, commonCode(numberOf(person))]) },
  { key: 'patient-code-sort', name: 'Observation?patient=&code=&_sort=-date', path: ([id, code]) => `Observation?patient=${id}&code=${loinc(code)}&_sort=-date`, values: ofRegulars((person) => [person.id, commonCode(numberOf(person))]), isOrdered: true },
  { key: 'patient-category-date', name: 'Observation?patient=&category=&date=ge', path: ([id, kind, day]) => `Observation?patient=${id}&category=${category(kind)}&date=ge${day}`, values: ofRegulars(({ id }) => [id, 'vital-signs', '2022-01-01']) },
  { key: 'code-dates', name: 'Observation?code=&date=ge&date=lt', path: ([code, from, to]) => `Observation?code=${loinc(code)}&date=ge${from}&date=lt${to}`, values: always(quarters.map((days, n) => [commonCode(n), ...days])) },
  { key: 'code-status', name: 'Observation?code=&status=', path: ([code, status]) => `Observation?code=${loinc(code)}&status=${status}`, values: always(common.flatMap(([code = '']) => [[code, 'final'], [code, 'amended']])) },
  { key: 'category-code', name: 'Observation?category=&code=', path: ([kind, code]) => `Observation?category=${category(kind)}&code=${loinc(code)}`, values: always(common.map(([code = '']) => ['vital-signs', code])) },
  { key: 'code-not', name: 'Observation?code:not=', path: ([code]) => `Observation?code:not=${loinc(code)}`, values: always(common) },
  { key: 'status-not', name: 'Observation?status:not=', path: ([status]) => `Observation?status:not=${status}`, values: always([['final']]) },
  { key: 'code-quantity', name: 'Observation?code=&value-quantity=gt', path: ([code, value]) => `Observation?code=${loinc(code)}&value-quantity=gt${value}`, values: always([['4548-4', '7.95'], ['8867-4', '85.55'], ['8480-6', '140.05']]) },
  { key: 'composite', name: 'Observation?code-value-quantity=$gt', path: ([code, value]) => `Observation?code-value-quantity=${v(`${LOINC}|${code}$gt${value}`)}`, values: always([['4548-4', '7.95'], ['8867-4', '85.55'], ['8480-6', '140.05']]) },
  { key: 'chain-name', name: 'Observation?subject:Patient.name=&code=', path: ([name, code]) => `Observation?subject:Patient.name=${name}&code=${loinc(code)}`, values: ofPeople((person) => [person.family.toLowerCase(), commonCode(numberOf(person))]) },
  { key: 'chain-identifier', name: 'Observation?patient.identifier=', path: ([value]) => `Observation?patient.identifier=${mrn(value)}`, values: ofRegulars((person) => [person.mrn]) },
  { key: 'include', name: 'Observation?code=&_include=Observation:subject', path: ([code]) => `Observation?code=${loinc(code)}&_include=Observation:subject`, values: always(common) },
  { key: 'compartment', name: 'Patient/1/Observation (small chart)', path: ([id]) => `Patient/${id}/Observation`, values: ofRegulars(({ id }) => [id]) },
  { key: 'large-chart', name: 'Patient/1/Observation (large chart)', path: ([id]) => `Patient/${id}/Observation`, values: ({ largeChart }) => [[largeChart]] },
  { key: 'page-2', name: 'Observation?code=, page 2', path: ([code]) => `Observation?code=${loinc(code)}`, values: always(common), page: { number: 2, of: 'code' } },
  { key: 'page-10', name: 'Observation?code=, page 10', path: ([code]) => `Observation?code=${loinc(code)}`, values: always(common), page: { number: 10, of: 'code' } },
  { key: 'total', name: 'Observation?patient=&code=&_total=accurate', path: ([id, code]) => `Observation?patient=${id}&code=${loinc(code)}&_total=accurate`, values: ofRegulars((person) => [person.id, commonCode(numberOf(person))]), total: true },
  { key: 'last-updated', name: 'Observation?_lastUpdated=gt', path: ([time = '']) => `Observation?_lastUpdated=gt${v(time)}`, values: ({ lately }) => lately.map((time) => [time]) },
]; // prettier-ignore

const others: readonly Shape[] = [
  { key: 'encounters', name: 'Encounter?patient=&_sort=-date', path: ([id]) => `Encounter?patient=${id}&_sort=-date`, values: ofPeople(({ id }) => [id]), isOrdered: true },
  { key: 'conditions', name: 'Condition?patient=&clinical-status=', path: ([id]) => `Condition?patient=${id}&clinical-status=${v(`${CONDITION_CLINICAL}|active`)}`, values: ofPeople(({ id }) => [id]) },
  { key: 'prescriptions', name: 'MedicationRequest?patient=&status=', path: ([id]) => `MedicationRequest?patient=${id}&status=active`, values: ofPeople(({ id }) => [id]) },
]; // prettier-ignore

export const shapes: readonly Shape[] = [...patients, ...observations, ...others];
