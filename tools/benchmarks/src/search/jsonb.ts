import { CONDITION_CLINICAL, LOINC, MRN, OBSERVATION_CATEGORY } from './clinic.ts';
import type { Statement, Statements } from './statement.ts';
import { limited, PAGE } from './statement.ts';

/*
 * One table with the bodies as `jsonb`, and of the indexes that PostgreSQL has the best for each search: GIN for what is
 * contained, expressions in the order of the answer, trigrams for parts of names. That all patients' records refer by
 * `subject`, that times are all written alike and names have no accents is known to it, as a general server would not.
 */

const EFFECTIVE = `(body->>'effectiveDateTime')`;
const SUBJECT = `(body->'subject'->>'reference')`;
const START = `(body->'period'->>'start')`;
const partsOf = (name: string, path: string) =>
  `create function ${name}(body jsonb) returns text language sql immutable parallel safe as $$
     select lower(string_agg('|' || (part #>> '{}'), '')) from jsonb_path_query(body, '${path}') part $$`;
const trigrams = (name: string) =>
  `create index on resource using gin (${name}(body) gin_trgm_ops) where type = 'Patient'`;
const ofType = (type: string, columns: string) => `create index on resource ${columns} where type = '${type}'`; // prettier-ignore

export const JSONB_TABLES = [
  'create extension pg_trgm',
  // An id has the database's own order, else it cannot be looked up in an index of references.
  `create table resource (id text not null, type text not null, last_updated timestamptz not null,
     body jsonb not null, primary key (type, id))`,
  'create index on resource (type, last_updated desc, id desc)',
  partsOf('families_of', '$.name[*].family'),
  partsOf('givens_of', '$.name[*].given[*]'),
  `create function names_of(body jsonb) returns text language sql immutable parallel safe as $$
     select coalesce(families_of(body), '') || coalesce(givens_of(body), '') $$`,
  ...['names_of', 'families_of', 'givens_of'].map(trigrams),
  ofType('Patient', `((body->>'birthDate'))`),
  ofType('Patient', 'using gin (body jsonb_path_ops)'),
  ofType('Observation', 'using gin (body jsonb_path_ops)'),
  ofType('Observation', `(${EFFECTIVE} desc, id desc)`),
  ofType('Observation', `(${SUBJECT}, ${EFFECTIVE} desc, id desc)`),
  ofType('Observation', `(((body->'valueQuantity'->>'value')::numeric))`),
  ofType('Encounter', `(${SUBJECT}, ${START} desc, id desc)`),
  ofType('Condition', `(${SUBJECT}, (body->>'recordedDate') desc, id desc)`),
  ofType('MedicationRequest', `(${SUBJECT}, (body->>'authoredOn') desc, id desc)`),
];

/** What is written for new records: $1 their keys, of which it knows nothing, $2 their texts. */
export const JSONB_FILL = [
  `insert into resource select body->>'id', body->>'resourceType', (body->'meta'->>'lastUpdated')::timestamptz, body
     from unnest($2::text[]) as n(text) cross join lateral (select n.text::jsonb as body) b where $1::bigint[] is not null`,
];

const asAsked = (asked: readonly string[]) => asked;

function page(type: string, where: string, order: string, values: Statement['values'] = asAsked): Statement {
  return {
    values,
    sql: (limit) => `select type, id, body::text as body, 'match' as mode from resource
      where type = '${type}' and ${where} order by ${order} desc, id desc ${limited(limit)}`,
  };
}

/** The same, and after the matches what is looked up for those that are shown, called `s`. */
function pageAnd({ sql, values }: Statement, columns: string, more: string): Statement {
  return {
    values,
    sql: (
      limit,
    ) => `with page as materialized (${sql(limit).replace(`'match' as mode`, `'match' as mode, ${columns}`)}),
      shown as materialized (select * from page ${limited(limit && PAGE)})
      select type, id, body, mode from page union all select type, id, body::text, 'include' from (${more}) m`,
  };
}

const patients = (where: string, values?: Statement['values']) => page('Patient', where, 'last_updated', values); // prettier-ignore
const observations = (where: string, values?: Statement['values']) => page('Observation', where, EFFECTIVE, values); // prettier-ignore
const lastChanged = (where: string, values?: Statement['values']) => page('Observation', where, 'last_updated', values); // prettier-ignore

const json = JSON.stringify;
const coding = (system: string, code = '') => ({ coding: [{ system, code }] });
const code = (value?: string) => ({ code: coding(LOINC, value) });
const reference = (id = '') => `Patient/${id}`;
const identified = ([mrn]: readonly string[]) => [json({ identifier: [{ system: MRN, value: mrn }] })];
const starting = (name = '') => `%|${name}%`;
const coded = ([value]: readonly string[]) => [json(code(value))];

const withCode = observations('body @> $1::jsonb', coded);
const ofPatient = observations(`${SUBJECT} = $1`, ([id]) => [reference(id)]);
const ofPatientAndCode = observations(`${SUBJECT} = $1 and body @> $2::jsonb`, ([id, value]) => [reference(id), json(code(value))]); // prettier-ignore
const aboveValue = observations(
  `body @> $1::jsonb and (body->'valueQuantity'->>'value')::numeric > $2::numeric`,
  ([value, limit = '']) => [json(code(value)), limit],
);
const afterPlace = observations(
  `body @> $1::jsonb and (${EFFECTIVE}, id) < ($2, $3)`,
  ([value, time = '', id = '']) => [json(code(value)), time, id],
);

export const jsonbStatements: Statements = {
  name: patients('names_of(body) like $1', ([name]) => [starting(name)]),
  'family-given': patients('families_of(body) like $1 and givens_of(body) like $2', (names) => names.map(starting)), // prettier-ignore
  birthdate: patients(`body->>'birthDate' = $1`),
  identifier: patients('body @> $1::jsonb', identified),
  phone: patients('body @> $1::jsonb', ([value]) => [json({ telecom: [{ system: 'phone', value }] })]),
  'name-birthdate': patients(`names_of(body) like $1 and body->>'birthDate' = $2`, ([name, day = '']) => [starting(name), day]), // prettier-ignore
  'name-contains': patients('names_of(body) like $1', ([part = '']) => [`%${part}%`]),
  // An array is made first: a join would read all patients, or all observations again for each.
  has: patients(
    `id = any(array(select distinct substr(o.body->'subject'->>'reference', 9) from resource o
       where o.type = 'Observation' and o.body @> $1::jsonb))`,
    coded,
  ),
  revinclude: pageAnd(
    patients('body @> $1::jsonb', identified),
    'null as subject',
    `select e.type, e.id, e.body from shown join resource e on e.type = 'Encounter' and e.body->'subject'->>'reference' = 'Patient/' || shown.id`,
  ),
  id: patients('id = $1'),
  code: withCode,
  laboratory: withCode,
  rare: withCode,
  patient: ofPatient,
  'patient-code': ofPatientAndCode,
  'patient-code-sort': ofPatientAndCode,
  'patient-category-date': observations(
    `${SUBJECT} = $1 and body @> $2::jsonb and ${EFFECTIVE} >= $3`,
    ([id, kind, day = '']) => [reference(id), json({ category: [coding(OBSERVATION_CATEGORY, kind)] }), day],
  ),
  'code-dates': observations(
    `body @> $1::jsonb and ${EFFECTIVE} >= $2 and ${EFFECTIVE} < $3`,
    ([value, from = '', to = '']) => [json(code(value)), from, to],
  ),
  'code-status': observations('body @> $1::jsonb', ([value, status]) => [json({ ...code(value), status })]),
  'category-code': observations('body @> $1::jsonb', ([kind, value]) => [
    json({ ...code(value), category: [coding(OBSERVATION_CATEGORY, kind)] }),
  ]),
  'code-not': lastChanged('not body @> $1::jsonb', coded),
  'status-not': lastChanged('not body @> $1::jsonb', ([status]) => [json({ status })]),
  'code-quantity': aboveValue,
  composite: aboveValue,
  'chain-name': observations(
    `${SUBJECT} in (select 'Patient/' || p.id from resource p where p.type = 'Patient' and names_of(p.body) like $1)
       and body @> $2::jsonb`,
    ([name, value]) => [starting(name), json(code(value))],
  ),
  'chain-identifier': observations(
    `${SUBJECT} in (select 'Patient/' || p.id from resource p where p.type = 'Patient' and p.body @> $1::jsonb)`,
    identified,
  ),
  include: pageAnd(
    withCode,
    `${SUBJECT} as subject`,
    `select p.type, p.id, p.body from (select distinct substr(subject, 9) as id from shown) s
       join resource p on p.type = 'Patient' and p.id = s.id`,
  ),
  compartment: ofPatient,
  'large-chart': ofPatient,
  'page-2': afterPlace,
  'page-10': afterPlace,
  total: {
    ...ofPatientAndCode,
    count: `select count(*)::int as total from resource
      where type = 'Observation' and ${SUBJECT} = $1 and body @> $2::jsonb`,
  },
  'last-updated': lastChanged('last_updated > $1::timestamptz'),
  encounters: page('Encounter', `${SUBJECT} = $1`, START, ([id]) => [reference(id)]),
  conditions: page('Condition', `${SUBJECT} = $1 and body @> $2::jsonb`, `body->>'recordedDate'`, ([id]) => [
    reference(id),
    json({ clinicalStatus: coding(CONDITION_CLINICAL, 'active') }),
  ]),
  prescriptions: page(
    'MedicationRequest',
    `${SUBJECT} = $1 and body->>'status' = 'active'`,
    `body->>'authoredOn'`,
    ([id]) => [reference(id)],
  ),
};
