import { parseSearch } from '@ehr/fhir/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl } from '../../test/postgres-url.ts';
import { dependenciesOf, startApi, write } from '../../test/start-api.ts';
import type { Database } from '../database/database.ts';
import { openPostgres } from '../database/postgres-database.ts';
import type { Context } from '../fhir/exchange.ts';
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

const RESOURCES = 10_000;
/** Of each size that a bundle may have. */
const ENTRIES = 2_000;
const PATIENTS = 50;

/** Every tenth is a weight, every thousandth rare; the oldest hundred alone have `old`, and one patient has half of all. */
function observation(n: number): object {
  const code = (value: string) => ({ coding: [{ system: 'urn:c', code: value }] });
  return {
    resourceType: 'Observation',
    status: n % 2 === 0 ? 'final' : 'amended',
    category: [code(n < 100 ? 'old' : 'vital-signs')],
    code: {
      coding: [
        { system: 'urn:c', code: n % 10 === 0 ? 'weight' : 'other' },
        { system: 'urn:c', code: n % 1000 === 0 ? 'rare' : 'common' },
      ],
    },
    subject: { reference: `Patient/${n % 2 === 0 ? 'large' : n % PATIENTS}` },
    effectiveDateTime: new Date(Date.UTC(2016, 0, 1) + n * 3_600_000).toISOString(),
    valueString: `word${n % 500}`,
  };
}

/** The plans of the very statements that searches are answered by. */
describe.skipIf(postgresUrl === null)(`searches of ${RESOURCES} resources`, () => {
  let database: Database;
  let context: Context;
  beforeAll(async () => {
    const server = postgresUrl ?? 'postgres://none';
    const first = openPostgres(server, () => undefined);
    await first.query('create database plans');
    await first.close();
    database = openPostgres(Object.assign(new URL(server), { pathname: 'plans' }).href, () => undefined);
    const api = await startApi(database);
    for (let from = 0; from < RESOURCES; from += ENTRIES) {
      const entry = Array.from({ length: ENTRIES }, (_entry, n) => ({
        resource: observation(from + n),
        request: { method: 'POST', url: 'Observation' },
      }));
      const answer = await api.send(
        write(
          'POST',
          '/fhir',
          { resourceType: 'Bundle', type: 'transaction', entry },
          { prefer: 'return=minimal' },
        ),
      );
      expect(answer.status).toBe(200);
    }
    await database.query('vacuum analyze');
    ({ context } = await dependenciesOf(database));
  });
  afterAll(async () => {
    await database.close();
  });

  const explain = async (query: string) => {
    const parsed = parseSearch([...new URLSearchParams(query)], {
      type: 'Observation',
      lenient: false,
      now: new Date(),
      base: '',
      limits: context.settings.search,
    });
    if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
    const { sql, values } = await statementOf(context, 'Observation', parsed.search);
    const [row] = await database.query<{
      'QUERY PLAN': readonly {
        readonly Plan: Step & { 'Shared Hit Blocks': number; 'Shared Read Blocks': number };
      }[];
    }>(`explain (analyze, buffers, format json) ${sql}`, values);
    const { Plan } = row?.['QUERY PLAN'][0] ?? { Plan: undefined };
    if (Plan === undefined) throw new Error('There is no plan.');
    const steps: Step[] = [];
    const collect = (step: Step) => {
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

  /** What its plan has none of, how many it finds, and the pages of memory that it reads fewer of. */
  const expectPlan = async (query: string, never: RegExp, found: number, buffers: number) => {
    const plan = await explain(query);
    expect([plan.kinds.filter((kind) => never.test(kind)), plan.pkWalks]).toEqual([[], []]);
    expect(plan.found).toBe(found);
    expect(plan.buffers).toBeLessThan(buffers);
  };

  it.each([
    // search, matches on the page (one more than asked for), pages of memory at most
    ['code=urn:c|weight', 21, 150],
    ['code=weight', 21, 150],
    ['code=urn:c|', 21, 200],
    ['code=rare', 10, 100],
    ['code=weight,rare', 21, 200],
    ['combo-code=weight', 21, 150],
    ['patient=large', 21, 150],
    ['patient=Patient/large&code=weight', 21, 800],
    ['subject:Patient=large&status=final', 21, 250],
    ['patient=7&code=rare', 0, 200],
    ['code=common&category=vital-signs', 21, 250],
    ['code=common&category=old', 21, 1_200],
    ['code=rare&status=final', 10, 200],
    ['code=weight&value-string=word10', 21, 12_000],
  ])('%s walks along an index, and sorts nothing', async (query, found, buffers) => {
    await expectPlan(query, /Sort|Hash|Seq Scan|Bitmap/, found, buffers);
  });

  it.each([
    ['', 21, 100],
    ['_lastUpdated=gt2020', 21, 100],
    ['value-string:exact=word7', 20, 400],
    ['value-string=word7', 21, 1_500],
    ['value-string=word', 21, 300],
    ['date=2016-01-02', 21, 400],
    ['date=ge2016', 21, 300],
    ['date=2016-01-02&value-string=word30', 1, 400],
  ])('%s collects few or walks along the type', async (query, found, buffers) => {
    await expectPlan(query, /^Seq Scan$/, found, buffers);
  });
});
