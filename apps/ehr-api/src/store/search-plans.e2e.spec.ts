import { parseSearch } from '@ehr/fhir/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownDatabase } from '../../test/own-database.ts';
import { postgresUrl } from '../../test/postgres-url.ts';
import { dependenciesOf, startApi, write } from '../../test/start-api.ts';
import type { Database } from '../database/database.ts';
import { type Context, contextFor } from '../fhir/exchange.ts';
import { accessTo } from './access.ts';
import { statementOf } from './find-resources.ts';

/** A step of a plan, as PostgreSQL explains it. */
interface Step {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly Step[];
}

interface Explained {
  readonly Plan: Step & { 'Shared Hit Blocks': number; 'Shared Read Blocks': number };
}

/** 100,000 in the long mode. */
const RESOURCES = Number(process.env['PLANS'] ?? 10_000);
/** Of each size that a bundle may have. */
const ENTRIES = 2_000;
/** Each has twenty, but for the one with half of all. */
const PATIENTS = RESOURCES / 20;

const code = (value: string) => ({ coding: [{ system: 'urn:c', code: value, display: `The ${value}` }] });
const amount = (value: number, unit: string) => ({ value, unit, system: 'http://unitsofmeasure.org', code: unit }); // prettier-ignore

/** Every tenth is a weight, ten are rare; the oldest hundred alone have `old`, and one patient has half of all. */
function observation(n: number): object {
  return {
    resourceType: 'Observation',
    status: n % 2 === 0 ? 'final' : 'amended',
    category: [code(n < 100 ? 'old' : 'vital-signs')],
    code: {
      coding: [
        { system: 'urn:c', code: n % 10 === 0 ? 'weight' : 'other' },
        { system: 'urn:c', code: n % (RESOURCES / 10) === 0 ? 'rare' : 'common' },
      ],
    },
    subject: { reference: `Patient/${n % 2 === 0 ? 'large' : `p${n % PATIENTS}`}` },
    effectiveDateTime: new Date(Date.UTC(2016, 0, 1) + (n * 36_000_000_000) / RESOURCES).toISOString(),
    valueString: `word${n % (RESOURCES / 20)}`,
    ...(n % 20 === 0 && {
      component: [
        { code: code('systolic'), valueQuantity: amount(90 + (n % 100), 'mm[Hg]') },
        { code: code('diastolic'), valueQuantity: amount(50 + (n % 50), 'mm[Hg]') },
      ],
    }),
  };
}

function patient(n: number): object {
  return {
    resourceType: 'Patient',
    id: n === 0 ? 'large' : `p${n}`,
    identifier: [{ system: 'urn:mrn', value: `M${n}` }],
    name: [{ family: `Family${n % 50}`, given: [`Given${n % 7}`, `Middle${n}`] }],
    gender: n % 2 === 0 ? 'female' : 'male',
    birthDate: `${1950 + (n % 50)}-0${1 + (n % 9)}-1${n % 9}`,
    managingOrganization: { reference: `Organization/o${n % 10}` },
  };
}

const organization = (n: number) => ({ resourceType: 'Organization', id: `o${n}`, name: `Clinic ${n}` });

/** The plans of the very statements that searches are answered by, as they are for known values and for any. */
describe.skipIf(postgresUrl === null)(`searches of ${RESOURCES} resources`, () => {
  let database: Database;
  let context: Context;
  /** Restricted records are hidden from them: that costs no search its plan. */
  let ofClinician: Context;
  beforeAll(async () => {
    database = await ownDatabase('plans');
    const api = await startApi(database);
    const all = [
      ...Array.from({ length: 10 }, (_, n) => organization(n)),
      ...Array.from({ length: PATIENTS }, (_, n) => patient(n)),
      ...Array.from({ length: RESOURCES }, (_, n) => observation(n)),
    ] as { resourceType: string; id?: string }[];
    for (let from = 0; from < all.length; from += ENTRIES) {
      const entry = all.slice(from, from + ENTRIES).map((resource) => ({
        resource,
        request: resource.id === undefined ? { method: 'POST', url: resource.resourceType } : { method: 'PUT', url: `${resource.resourceType}/${resource.id}` }, // prettier-ignore
      }));
      const body = { resourceType: 'Bundle', type: 'transaction', entry };
      const answer = await api.send(write('POST', '/fhir', body, { prefer: 'return=minimal' }));
      expect(answer.status).toBe(200);
    }
    await database.query('vacuum analyze');
    ({ context } = await dependenciesOf(database));
    const restricted = { issuer: 'https://id.example.org', subject: 'clara' };
    ofClinician = contextFor(
      context,
      accessTo(0, () => 'all', { restricted, opensCharts: true }),
    );
    // As the role by which requests are served: policies of rows hold for it.
    expect(await context.on.query("select row_security_active('resource') as is")).toEqual([{ is: true }]);
  });
  afterAll(async () => {
    await database.close();
  });

  const explain = async (
    own: Context,
    address: string,
    plans: 'force_custom_plan' | 'force_generic_plan',
  ) => {
    const [type = '', query = ''] = address.split('?');
    const parsed = parseSearch([...new URLSearchParams(query)], { type, lenient: false, now: new Date(), base: '', limits: own.settings.search }); // prettier-ignore
    if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
    const { sql, values } = await statementOf(own, type, parsed.search);
    const [row] = await own.database.transaction(async (on) => {
      await on.query(`set local plan_cache_mode = ${plans}`);
      return on.query<{ 'QUERY PLAN': readonly Explained[] }>(`explain (analyze, buffers, format json) ${sql}`, values); // prettier-ignore
    });
    const { Plan } = row?.['QUERY PLAN'][0] ?? { Plan: undefined };
    if (Plan === undefined) throw new Error('There is no plan.');
    const steps: Step[] = [];
    const collect = (step: Step) => {
      // What is asked of restricted records alone is never done: there are none.
      if (step['Actual Loops'] === 0) return;
      steps.push(step);
      step.Plans?.forEach(collect);
    };
    collect(Plan);
    return {
      found: Plan['Actual Rows'],
      buffers: Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks'],
      kinds: steps.map((step) => step['Node Type']),
      // A resource is looked up by its key; the key is no order to walk in.
      pkWalks: steps.filter(
        (step) => step['Index Name'] === 'resource_pkey' && !/pk = /.test(step['Index Cond'] ?? ''),
      ),
    };
  };

  /**
   * Which steps its plan has none of, how many it finds, and the pages of memory that it reads fewer of: whatever the number
   * of resources is.
   */
  const expectPlan = async (query: string, never: RegExp, found: number, buffers: number) => {
    for (const plans of ['force_custom_plan', 'force_generic_plan'] as const) {
      for (const own of [context, ofClinician]) {
        const plan = await explain(own, query, plans);
        expect([plan.kinds.filter((kind) => never.test(kind)), plan.pkWalks]).toEqual([[], []]);
        expect(plan.found).toBe(found);
        expect(plan.buffers).toBeLessThan(buffers);
      }
    }
  };

  it.each([
    // search, matches on the page (one more than asked for), pages of memory at most
    ['Observation?code=urn:c|weight', 21, 150],
    ['Observation?code=weight', 21, 150],
    ['Observation?code=urn:c|', 21, 200],
    ['Observation?code=rare', 10, 100],
    ['Observation?code=weight,rare', 21, 200],
    ['Observation?combo-code=weight', 21, 150],
    ['Observation?combo-code=systolic', 21, 150],
    ['Observation?status=final', 21, 150],
    ['Observation?patient=large', 21, 150],
    ['Observation?subject:Patient=p7', 20, 400],
    ['Observation?patient=large,p7', 21, 200],
    ['Observation?patient=Patient/large&code=weight', 21, 250],
    ['Observation?subject:Patient=large&status=final', 21, 250],
    ['Observation?patient=p7&code=rare', 0, 200],
    ['Observation?patient=nobody', 0, 50],
    ['Observation?code=nothing', 0, 50],
    ['Observation?code=common&category=vital-signs', 21, 250],
    ['Observation?code=common&category=old', 21, 250],
    ['Observation?code=common&status=final&category=vital-signs', 21, 300],
    ['Observation?code=rare&status=final', 10, 200],
    ['Observation?code=weight&_lastUpdated=gt2020', 21, 150],
    ['Observation?code=weight&date=2026-02-01', 0, 100],
    ['Observation?code=common&date=2016-06', 21, 400],
    ['Observation?code=common&date=lt2016-02', 21, 150],
    ['Observation?code=common&date=ge2016-02', 21, 150],
    ['Observation?patient=large&date=ap2016-06-01', 21, 400],
    ['Observation?code=weight&_sort=-date', 21, 150],
    ['Observation?code=weight&_sort=date', 21, 150],
    ['Observation?patient=large&code=weight&_sort=-date', 21, 250],
    ['Observation?code=systolic&component-code-value-quantity=systolic$gt150', 0, 100],
    ['Observation?component-code-value-quantity=systolic$gt100', 21, 800],
    ['Observation?patient.identifier=urn:mrn|M7', 20, 400],
    ['Observation?patient.identifier=urn:mrn|M0&code=weight', 21, 250],
    ['Observation?subject:Patient.name:exact=Middle77', 20, 400],
    ['Observation?subject:Patient.gender=female&code=weight', 21, 800],
    ['Patient?gender=female', 21, 200],
    ['Patient?gender=female&organization=Organization/o2', 21, 400],
    ['Patient?identifier=urn:mrn|M7', 1, 50],
    ['Patient?organization.name=clinic+3', 21, 300],
  ])('%s walks along an index, and sorts nothing', async (query, found, buffers) => {
    await expectPlan(query, /Sort|Hash|Seq Scan|Bitmap/, found, buffers);
  });

  it.each([
    ['Observation?', 21, 100],
    ['Observation?_lastUpdated=gt2020', 21, 100],
    ['Observation?_lastUpdated=gt2100', 0, 20],
    ['Observation?_sort=_lastUpdated', 21, 100],
    ['Observation?_sort=-date', 21, 400],
    ['Observation?_sort=date', 21, 400],
    ['Observation?_sort=value-string', 21, 400],
    ['Observation?_sort=-component-value-quantity', 21, 400],
    ['Observation?_sort=_id', 21, 200],
    ['Observation?value-string:exact=word7', 20, 400],
    // All that match are the oldest, or stand far from each other in the order of what happened.
    ['Observation?category:text=the+old&code=common', 21, 1_500],
    ['Observation?code-value-string=common$word1', 21, 20_000],
    ['Observation?code=common&value-string:exact=word7', 20, 500],
    ['Observation?patient=large&value-string:exact=word8', 20, 500],
    ['Observation?date=2016-01-02', 21, 2_500],
    ['Observation?date=ge2016', 21, 300],
    ['Observation?code:not=rare', 21, 300],
    ['Observation?code:missing=false', 21, 300],
    ['Patient?_id=p7,p8', 2, 50],
    ['Patient?name=middle7', RESOURCES > 10_000 ? 21 : 11, 1_500],
    ['Patient?name=family1&birthdate=1951-02-11', RESOURCES > 10_000 ? 12 : 2, 1_500],
    ['Observation?subject:Patient.name=middle7', 21, 3_000],
    ['Patient?_has:Observation:patient:code=rare', 1, 100],
    ['Patient?_has:Observation:patient:code=common', 21, 400],
  ])('%s collects few or walks along the type', async (query, found, buffers) => {
    await expectPlan(query, RESOURCES > 10_000 ? /^Seq Scan$/ : /^$/, found, buffers);
  });

  it.each([
    ['Observation?component-value-quantity=gt169', 21],
    ['Observation?component-value-quantity=gt169|http://unitsofmeasure.org|mm[Hg]', 21],
    ['Patient?family:contains=ily4', 21],
    ['Observation?component-value-quantity=gt0.02265e6|http://unitsofmeasure.org|Pa', 21],
  ])('%s reads what it puts in order, 2,000 resources at most', async (query, found) => {
    await expectPlan(query, /^$/, found, 12_000);
  });
});
