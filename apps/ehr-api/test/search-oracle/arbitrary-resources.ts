import fc from 'fast-check';
import type { Resource } from './definitions.ts';
import type { Kind } from './kinds.ts';
import {
  address, age, BARE, canonical, coding, concept, date, dateTime, duration, humanName, identifier, idOf, maybe, number, period,
  quantity, range, referenceTo, simpleQuantity, some, telecom, uri, word,
} from './vocabulary.ts'; // prettier-ignore

type Elements = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** How many of each type there are in a world. */
const POPULATION = {
  Patient: 10, Practitioner: 4, Organization: 4, Group: 2, Location: 3, Encounter: 6, Observation: 16, Condition: 6,
  MedicationRequest: 5, RiskAssessment: 4, List: 3, Questionnaire: 3, QuestionnaireResponse: 3, PlanDefinition: 3,
} as const; // prettier-ignore
type Type = keyof typeof POPULATION;

function to(...types: readonly Type[]): fc.Arbitrary<object> {
  return referenceTo(Object.fromEntries(types.map((type) => [type, POPULATION[type]])));
}

/** One of several elements, or none. */
function oneOf(choices: Elements): fc.Arbitrary<object> {
  const all = Object.entries(choices).map(([name, value]) => value.map((one) => ({ [name]: one })));
  return fc.oneof(...all, fc.constant({}));
}

const lifecycle = fc.constantFrom('draft', 'active', 'retired');
const definitional = {
  url: maybe(uri),
  version: maybe(fc.constantFrom('1', '2')),
  name: maybe(word),
  title: maybe(word),
  status: lifecycle,
  date: maybe(dateTime),
  publisher: maybe(word),
  jurisdiction: maybe(some(concept, 1)),
  effectivePeriod: maybe(period),
  useContext: maybe(
    some(
      fc
        .tuple(coding, oneOf({ valueCodeableConcept: concept, valueQuantity: simpleQuantity, valueRange: range }))
        .map(([kind, value]) => ({ code: kind, ...(Object.keys(value).length > 0 ? value : { valueCodeableConcept: { text: 'any' } }) })), // prettier-ignore
    ),
  ),
};

const sampledData = fc.tuple(simpleQuantity, maybe(number), maybe(number)).map(([origin, a, b]) => ({
  ...{ origin, period: 10, dimensions: 1, data: '1 2 3' },
  ...(a !== undefined && { lowerLimit: Math.min(a, b ?? a) }),
  ...(b !== undefined && { upperLimit: Math.max(b, a ?? b) }),
}));
const measured = oneOf({ valueQuantity: quantity, valueCodeableConcept: concept, valueString: word, valueDateTime: dateTime, valuePeriod: period, valueSampledData: sampledData, valueBoolean: fc.boolean() }); // prettier-ignore
const component = fc.tuple(
  concept,
  oneOf({ valueQuantity: quantity, valueCodeableConcept: concept, valueString: word }),
);
const participant = fc.record({ individual: to('Practitioner'), type: maybe(some(concept, 1)) });

const ELEMENTS: Readonly<Record<Type, Elements>> = {
  Patient: {
    ...{ name: maybe(some(humanName)), identifier: maybe(some(identifier)), telecom: maybe(some(telecom)) },
    ...{
      gender: maybe(fc.constantFrom('male', 'female')),
      birthDate: maybe(date),
      active: maybe(fc.boolean()),
    },
    ...{ address: maybe(some(address)), managingOrganization: maybe(to('Organization')) },
    generalPractitioner: maybe(some(to('Practitioner', 'Organization'))),
    link: maybe(some(fc.record({ other: to('Patient'), type: fc.constant('seealso') }), 1)),
    '': oneOf({ deceasedBoolean: fc.boolean(), deceasedDateTime: dateTime }),
  },
  Practitioner: {
    name: maybe(some(humanName)),
    identifier: maybe(some(identifier)),
    active: maybe(fc.boolean()),
  },
  Organization: {
    name: word,
    alias: maybe(some(word)),
    partOf: maybe(to('Organization')),
    type: maybe(some(concept)),
  },
  Group: { type: fc.constant('person'), actual: fc.constant(true), code: maybe(concept), member: maybe(some(fc.record({ entity: to('Patient') }))) }, // prettier-ignore
  Location: {
    name: word,
    status: fc.constantFrom('active', 'suspended'),
    address: maybe(address),
    partOf: maybe(to('Location')),
  },
  Encounter: {
    ...{
      status: fc.constantFrom('planned', 'finished'),
      class: coding,
      subject: maybe(to('Patient', 'Group')),
    },
    ...{ period: maybe(period), length: maybe(duration), participant: maybe(some(participant)) },
    ...{
      serviceProvider: maybe(to('Organization')),
      partOf: maybe(to('Encounter')),
      type: maybe(some(concept)),
    },
  },
  Observation: {
    ...{ status: fc.constantFrom('final', 'amended'), code: concept, category: maybe(some(concept)) },
    ...{ subject: maybe(to('Patient', 'Group', 'Location')), encounter: maybe(to('Encounter')) },
    ...{
      performer: maybe(some(to('Practitioner', 'Patient'))),
      hasMember: maybe(some(to('Observation'), 1)),
    },
    ...{
      identifier: maybe(some(identifier, 1)),
      focus: maybe(some(to('Patient', 'Encounter', 'Condition'), 1)),
    },
    ' ': oneOf({ effectiveDateTime: dateTime, effectivePeriod: period, effectiveTiming: fc.record({ event: some(dateTime) }), effectiveInstant: fc.constant('2013-01-14T10:00:00.000Z') }), // prettier-ignore
    '': measured,
    component: maybe(some(component.map(([own, value]) => ({ code: own, ...value })))),
  },
  Condition: {
    ...{ code: maybe(concept), subject: to('Patient', 'Group'), encounter: maybe(to('Encounter')) },
    ...{
      recordedDate: maybe(dateTime),
      asserter: maybe(to('Practitioner', 'Patient')),
      severity: maybe(concept),
    },
    '': oneOf({
      onsetAge: age,
      onsetRange: range,
      onsetDateTime: dateTime,
      onsetPeriod: period,
      onsetString: word,
    }),
  },
  MedicationRequest: {
    ...{
      status: fc.constantFrom('active', 'stopped'),
      intent: fc.constant('order'),
      subject: to('Patient', 'Group'),
    },
    ...{
      medicationCodeableConcept: concept,
      authoredOn: maybe(dateTime),
      requester: maybe(to('Practitioner')),
    },
    dosageInstruction: maybe(some(fc.record({ timing: fc.record({ event: some(dateTime) }) }))),
  },
  RiskAssessment: {
    ...{ status: fc.constant('final'), subject: to('Patient', 'Group'), condition: maybe(to('Condition')) },
    prediction: maybe(some(oneOf({ probabilityDecimal: fc.constantFrom(0.5, 0.8, 0.85, 0.799, 1), probabilityRange: range.map(plain), qualitativeRisk: concept }))), // prettier-ignore
  },
  List: {
    ...{
      status: fc.constant('current'),
      mode: fc.constantFrom('working', 'changes'),
      title: maybe(word),
      code: maybe(concept),
    },
    ...{ subject: maybe(to('Patient')), source: maybe(to('Patient', 'Practitioner')), date: maybe(dateTime) },
    entry: some(fc.record({ item: to('Patient', 'Observation', 'Condition'), deleted: fc.option(fc.boolean(), { nil: undefined }) }), 8), // prettier-ignore
  },
  Questionnaire: { ...definitional, subjectType: maybe(fc.constant(['Patient'])), description: maybe(word) },
  QuestionnaireResponse: {
    ...{
      status: fc.constantFrom('completed', 'amended'),
      questionnaire: maybe(canonical),
      subject: maybe(to('Patient')),
    },
    ...{
      authored: maybe(dateTime),
      author: maybe(to('Practitioner', 'Patient')),
      identifier: maybe(identifier),
    },
  },
  PlanDefinition: {
    ...definitional,
    library: maybe(some(canonical)),
    relatedArtifact: maybe(
      some(fc.record({ type: fc.constantFrom('depends-on', 'successor'), resource: canonical })),
    ),
    topic: maybe(some(concept)),
  },
};

function plain(value: object): object {
  return JSON.parse(JSON.stringify(value), (key: string, one: unknown) => (['system', 'code', 'unit'].includes(key) ? undefined : one)) as object; // prettier-ignore
}

const meta = maybe(
  fc.record({
    tag: maybe(some(coding)),
    profile: maybe(some(canonical)),
    security: maybe(some(coding)),
    source: maybe(uri),
  }),
);

/** A valid resource; elements without a name are choices of several. */
function resource(type: Type, index: number): fc.Arbitrary<Resource> {
  return fc.record({ meta, ...ELEMENTS[type] }).map((drawn: Record<string, unknown>) => {
    const { '': choice, ' ': other, ...elements } = drawn;
    return full({
      ...{ resourceType: type, id: idOf(type, index), ...elements },
      ...(choice as object | undefined),
      ...(other as object | undefined),
    }) as Resource;
  });
}

/** Without whatever is undefined or empty: nothing valid is. */
function full(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const isFull = (one: unknown) =>
    one !== undefined && (typeof one !== 'object' || Object.keys(one ?? {}).length > 0);
  if (Array.isArray(value)) return value.map(full).filter(isFull);
  const entries = Object.entries(value).map(([name, one]) => [name, full(one)] as const);
  return Object.fromEntries(entries.filter(([, one]) => isFull(one)));
}

/** Valid resources that refer to each other and share few words, codes, dates and numbers: searches hit. */
export function arbitraryResources(kinds: readonly Kind[]): fc.Arbitrary<readonly Resource[]> {
  const all = (Object.keys(POPULATION) as Type[]).flatMap((type) =>
    Array.from({ length: POPULATION[type] }, (_resource, index) => resource(type, index)),
  );
  const isWanted = (one: Resource) =>
    kinds.includes('elements without a value') || !JSON.stringify(one).includes(`"id":"${BARE}"`);
  return fc.tuple(...all).map((resources) => resources.filter(isWanted));
}
