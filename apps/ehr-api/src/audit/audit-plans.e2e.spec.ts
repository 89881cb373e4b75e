import type { Criterion } from '@ehr/fhir/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownDatabase } from '../../test/own-database.ts';
import { postgresUrl } from '../../test/postgres-url.ts';
import { dependenciesOf } from '../../test/start-api.ts';
import type { Database, Queryable } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { migrations } from '../database/migrations/index.ts';
import type { Context } from '../fhir/exchange.ts';
import { type AuditPlace, countAudit, findAudit } from './find-audit.ts';
import { recordAudit } from './record-audit.ts';

/** Of twenty records each, of twenty patients. */
const PAGES = 4_000;
const READS = 4_000;
const PATIENTS = 1_000;
/** On so many pages each patient is, and so many of their records were read. */
const [ON_PAGES, READ] = [(PAGES * 20) / PATIENTS, READS / PATIENTS];

interface Step {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Step[];
}

const stepsOf = (step: Step): readonly Step[] => [step, ...(step.Plans ?? []).flatMap(stepsOf)];
const about = (parameter: 'patient' | 'entity', type: string, ...ids: readonly string[]): Criterion => ({ type: 'reference', parameter, anyOf: ids.map((targetId) => ({ targetTypes: [type], targetId })) }); // prettier-ignore

/** Who viewed a chart is told without a walk through what is known of all others. */
describe.skipIf(postgresUrl === null)(`the audit of ${PAGES} pages and ${READS} reads`, () => {
  let database: Database;
  let context: Context;
  beforeAll(async () => {
    database = await ownDatabase('audit_plans');
    await migrate(database, migrations);
    ({ context } = await dependenciesOf(database));
    const caller = { agent: 'clara', issuer: 'https://id.example.org', client: 'app', address: '192.0.2.1', purpose: 'TREAT', requestId: 'r' }; // prettier-ignore
    const entry = (action: string, n: number) => ({ action, resourceType: 'Observation', resourceId: `o${n}`, patients: [`p${n % PATIENTS}`], outcome: 'success' as const }); // prettier-ignore
    for (let from = 0; from < PAGES; from += 500) {
      const numbers = Array.from({ length: 500 }, (_, n) => from + n);
      await Promise.all(numbers.map((n) => recordAudit(context, caller, Array.from({ length: 20 }, (_, m) => entry('search-type', n * 20 + m))))); // prettier-ignore
      await Promise.all(numbers.map((n) => recordAudit(context, caller, [entry('read', n)])));
    }
    await database.query('vacuum analyze');
  });
  afterAll(() => database.close());

  it.each<[string, Criterion, AuditPlace | undefined, number]>([
    ['a patient', about('patient', 'Patient', 'p7'), undefined, ON_PAGES + READ],
    [
      'a patient, further on',
      about('patient', 'Patient', 'p7'),
      { pk: String(PAGES), n: 3 },
      ON_PAGES + READ,
    ],
    ['two patients', about('patient', 'Patient', 'p7', 'p8'), undefined, 2 * (ON_PAGES + READ)],
    ['a record', about('entity', 'Observation', 'o77'), undefined, 2],
  ])('is read for %s by what is about them', async (_what, criterion, place, total) => {
    const { on } = context;
    let [rows, blocks] = [0, 0];
    const explaining: Queryable = {
      query: async (sql, values) => {
        const [explained] = await on.query<{ 'QUERY PLAN': readonly { Plan: Step & { 'Shared Hit Blocks': number; 'Shared Read Blocks': number } }[] }>(`explain (analyze, buffers, format json) ${sql}`, values); // prettier-ignore
        const plan = explained?.['QUERY PLAN'][0]?.Plan;
        if (plan === undefined) throw new Error('PostgreSQL explains a statement.');
        const scanned = stepsOf(plan).filter((step) => step['Node Type'] === 'Seq Scan' && step['Relation Name']?.startsWith('audit_') === true); // prettier-ignore
        expect(scanned.map((step) => step['Relation Name'])).toEqual([]);
        blocks = plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
        const found = await on.query<never>(sql, values);
        rows = found.length;
        return found;
      },
    };
    await findAudit({ ...context, on: explaining }, [criterion], place, 21);
    expect(rows).toBeGreaterThan(0);
    // A page of the index, of the table of hashes and of the events for each that is about them: all of them have thousands.
    expect(blocks).toBeLessThan(300);
    expect(await countAudit(context, [criterion])).toBe(total);
  });
});
