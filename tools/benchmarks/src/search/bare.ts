import type { Statement, Statements } from './statement.ts';
import { limited, PAGE } from './statement.ts';

/*
 * The best that a hand can write, for these searches and no others: for each a covering index with its rows in the order of
 * the answer, then the bodies of a page by their keys. A key is the number of a record in the order in which all were written.
 */

export const BARE_TABLES = [
  'create extension pg_trgm',
  'create table body (pk bigint primary key, type text not null, id text not null, body text not null)',
  'create table patient (pk bigint primary key, id text collate "C", birth_date text collate "C", mrn text collate "C", phone text collate "C")',
  'create index on patient (id) include (pk)',
  'create index on patient (birth_date, pk desc)',
  'create index on patient (mrn) include (pk, id)',
  'create index on patient (phone) include (pk)',
  'create table patient_name (is_family boolean, name text collate "C", pk bigint)',
  'create index on patient_name (name, pk desc) include (is_family)',
  'create index on patient_name (pk) include (name, is_family)',
  'create index on patient_name using gin (name gin_trgm_ops)',
  `create table observation (pk bigint primary key, patient text collate "C", code text collate "C", category text collate "C",
     status text collate "C", value float8, sort bigint, changed timestamptz)`,
  'create index on observation (code, sort desc, pk desc) include (value, patient)',
  'create index on observation (code, status, sort desc, pk desc)',
  'create index on observation (category, code, sort desc, pk desc)',
  'create index on observation (patient, sort desc, pk desc)',
  'create index on observation (patient, code, sort desc, pk desc)',
  'create index on observation (patient, category, sort desc, pk desc)',
  'create index on observation (pk desc) include (code, status)',
  'create index on observation (changed desc, pk desc)',
  'create table carrier (code text collate "C", patient bigint, primary key (code, patient))',
  'create table encounter (patient text collate "C", sort bigint, pk bigint)',
  'create index on encounter (patient, sort desc, pk desc)',
  'create table condition (patient text collate "C", clinical text collate "C", sort bigint, pk bigint)',
  'create index on condition (patient, clinical, sort desc, pk desc)',
  'create table prescription (patient text collate "C", status text collate "C", sort bigint, pk bigint)',
  'create index on prescription (patient, status, sort desc, pk desc)',
];

const ms = (time: string) => `(extract(epoch from ${time}::timestamptz) * 1000)::bigint`;
const NEW =
  'from unnest($1::bigint[], $2::text[]) as n(pk, text) cross join lateral (select n.text::jsonb as body) b';
const of = (type: string) => `where body->>'resourceType' = '${type}'`;
const subject = `substr(body->'subject'->>'reference', 9)`;

/** What is written for new records: $1 their keys, $2 their texts. */
export const BARE_FILL = [
  `insert into body select pk, body->>'resourceType', body->>'id', text ${NEW}`,
  `insert into patient select pk, body->>'id', body->>'birthDate', body->'identifier'->0->>'value', body->'telecom'->0->>'value'
     ${NEW} ${of('Patient')}`,
  `insert into patient_name select true, lower(name->>'family'), pk ${NEW} cross join jsonb_array_elements(body->'name') name
     ${of('Patient')}`,
  `insert into patient_name select false, lower(given), pk ${NEW} cross join jsonb_array_elements(body->'name') name
     cross join jsonb_array_elements_text(name->'given') given ${of('Patient')}`,
  `insert into observation select pk, ${subject}, body->'code'->'coding'->0->>'code',
     body->'category'->0->'coding'->0->>'code', body->>'status', (body->'valueQuantity'->>'value')::float8,
     ${ms(`(body->>'effectiveDateTime')`)}, (body->'meta'->>'lastUpdated')::timestamptz ${NEW} ${of('Observation')}`,
  `insert into carrier select body->'code'->'coding'->0->>'code', p.pk ${NEW}
     join patient p on p.id = ${subject} ${of('Observation')} on conflict do nothing`,
  `insert into encounter select ${subject}, ${ms(`(body->'period'->>'start')`)}, pk ${NEW} ${of('Encounter')}`,
  `insert into condition select ${subject}, body->'clinicalStatus'->'coding'->0->>'code',
     ${ms(`(body->>'recordedDate')`)}, pk ${NEW} ${of('Condition')}`,
  `insert into prescription select ${subject}, body->>'status', ${ms(`(body->>'authoredOn')`)}, pk ${NEW}
     ${of('MedicationRequest')}`,
];

const asAsked = (asked: readonly string[]) => asked;
const NEWEST = 'order by at desc, pk desc';

/** A page of keys, each at its place in the order; then their bodies. */
function page(keys: (limit: string) => string, values: Statement['values'] = asAsked): Statement {
  return {
    values,
    sql: (limit) => `select b.type, b.id, b.body, 'match' as mode from (${keys(limited(limit))}) k join body b using (pk) ${NEWEST}`, // prettier-ignore
  };
}

/** The same, and after the matches what is looked up for those that are shown. */
function pageAnd(keys: (limit: string) => string, more: string): Statement {
  return {
    values: asAsked,
    sql: (limit) => `with page as materialized (${keys(limited(limit))}),
      shown as materialized (select * from page ${limited(limit && PAGE)})
      select b.type, b.id, b.body, k.mode from (
        select pk, at, 'match' as mode from page union all
        select pk, 0, 'include' from (${more}) m
      ) k join body b using (pk) order by mode desc, at desc, pk desc`,
  };
}

const patients = (where: string) => (limit: string) => `select pk, pk as at from patient where ${where} order by pk desc ${limit}`; // prettier-ignore
const observations = (where: string) => (limit: string) => `select pk, sort as at from observation where ${where} order by sort desc, pk desc ${limit}`; // prettier-ignore
const ofPatient = (table: string, where = 'true') =>
  page((limit) => `select pk, sort as at from ${table} where patient = $1 and ${where} order by sort desc, pk desc ${limit}`); // prettier-ignore
const lastWritten = (where: string) =>
  page((limit) => `select pk, pk as at from observation where ${where} order by pk desc ${limit}`);
/** In byte order everything that starts with x lies between x and x + the last character there is. */
const starts = (name: string, value: string) => `${name} >= ${value} and ${name} < ${value} || U&'\\+10FFFF'`;
const named = (where: string, limit: string) =>
  `select distinct pk, pk as at from patient_name n where ${where} order by pk desc ${limit}`;
const numberOf = (id: string) => `substr(${id}, 2)::bigint`;
const afterPlace = page(observations(`code = $1 and (sort, pk) < (${ms('$2')}, ${numberOf('$3')})`));
const ofPatientAndCode = observations('patient = $1 and code = $2');

export const bareStatements: Statements = {
  name: page((limit) => named(starts('name', '$1'), limit)),
  'family-given': page(
    (limit) =>
    named(`${starts('name', '$1')} and is_family and exists (
      select from patient_name g where g.pk = n.pk and not g.is_family and ${starts('g.name', '$2')})`, limit), // prettier-ignore
  ),
  birthdate: page(patients('birth_date = $1')),
  identifier: page(patients('mrn = $1')),
  phone: page(patients('phone = $1')),
  'name-birthdate': page(
    patients(`birth_date = $2 and exists (
      select from patient_name n where n.pk = patient.pk and ${starts('n.name', '$1')})`),
  ),
  'name-contains': page(
    (limit) => named('name like $1', limit),
    ([part = '']) => [`%${part}%`],
  ),
  has: page((limit) => `select patient as pk, patient as at from carrier where code = $1 order by patient desc ${limit}`), // prettier-ignore
  revinclude: pageAnd(patients('mrn = $1'), 'select e.pk from shown join patient using (pk) join encounter e on e.patient = patient.id'), // prettier-ignore
  id: page(patients('id = $1')),
  code: page(observations('code = $1')),
  laboratory: page(observations('code = $1')),
  rare: page(observations('code = $1')),
  patient: ofPatient('observation'),
  'patient-code': page(ofPatientAndCode),
  'patient-code-sort': page(ofPatientAndCode),
  'patient-category-date': ofPatient('observation', `category = $2 and sort >= ${ms('$3')}`),
  'code-dates': page(observations(`code = $1 and sort >= ${ms('$2')} and sort < ${ms('$3')}`)),
  'code-status': page(observations('code = $1 and status = $2')),
  'category-code': page(observations('category = $1 and code = $2')),
  'code-not': lastWritten('code <> $1'),
  'status-not': lastWritten('status <> $1'),
  'code-quantity': page(observations('code = $1 and value > $2::float8')),
  composite: page(observations('code = $1 and value > $2::float8')),
  'chain-name': page(
    (limit) => `select o.pk, o.at from (
      select id from patient where pk in (select pk from patient_name where ${starts('name', '$1')})
    ) p cross join lateral (${observations('patient = p.id and code = $2')(limit)}) o ${NEWEST} ${limit}`,
  ),
  'chain-identifier': page(observations('patient = (select id from patient where mrn = $1)')),
  include: pageAnd(
    (limit) => `select pk, sort as at, patient from observation where code = $1 order by sort desc, pk desc ${limit}`, // prettier-ignore
    'select distinct p.pk from shown join patient p on p.id = shown.patient',
  ),
  compartment: ofPatient('observation'),
  'large-chart': ofPatient('observation'),
  'page-2': afterPlace,
  'page-10': afterPlace,
  total: {
    ...page(ofPatientAndCode),
    count: 'select count(*)::int as total from observation where patient = $1 and code = $2',
  },
  'last-updated': page(
    (limit) => `select pk, pk as at from observation where changed > $1::timestamptz order by changed desc, pk desc ${limit}`, // prettier-ignore
  ),
  encounters: ofPatient('encounter'),
  conditions: ofPatient('condition', `clinical = 'active'`),
  prescriptions: ofPatient('prescription', `status = 'active'`),
};
