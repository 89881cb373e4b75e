import { parseHealthReport } from '@ehr/health';
import type { BundleEntry } from 'fhir/r4';
import { type Authorization as Headers, authorizationAt } from './authorization.ts';
import { clinicOf } from './clinic.ts';
import { lifeOf } from './life.ts';
import { personOf } from './person.ts';
import { SeedRefused } from './seed-refused.ts';

export { SeedRefused };

/** Whom to write, and where. */
export interface SeedRequest {
  /** Of the record service: `http://127.0.0.1:4201`. */
  readonly url: string;
  readonly patients: number;
  readonly seed: number;
  readonly today: Date;
}

/** What was written. */
export interface Seeded {
  readonly patients: number;
  readonly resources: number;
  /** Who was there already. */
  readonly known: number;
}

/** Fictional patients belong here alone. */
const ALLOWED = ['local', 'dev'];

/**
 * Writes fictional lives, a transaction for each. Who is there already stays as they are.
 * @throws SeedRefused of staging and prod, or where nothing answers, or lets this tool in
 */
export async function writeLives({ url, patients, seed, today }: SeedRequest): Promise<Seeded> {
  await demandAllowed(url);
  const authorization = await authorizationAt(url);
  const clinic = clinicOf(today);
  let [resources, known] = [0, 0];
  const write = async (id: string, entries: () => readonly BundleEntry[]): Promise<boolean> => {
    if ((await fetch(`${url}/fhir/${id}`, { method: 'HEAD', headers: await authorization() })).ok)
      return false;
    const entry = entries();
    await post(url, entry, await authorization());
    resources += entry.length;
    return true;
  };
  await write('Organization/clinic-harbour', () => clinic.chart.entries);
  for (let number = 1; number <= patients; number += 1) {
    const person = personOf(seed, number);
    if (!(await write(`Patient/${person.key}`, () => lifeOf(person, clinic, today).entries))) known += 1;
  }
  return { patients: patients - known, resources, known };
}

async function demandAllowed(url: string): Promise<void> {
  const report = await fetch(`${url}/health`).then(
    async (answer) => parseHealthReport(await answer.json()),
    () => null,
  );
  if (report === null || 'problem' in report)
    throw new SeedRefused(
      `No record service answers at ${url}. Start one (npm start), or name another with --url.`,
    );
  if (!ALLOWED.includes(String(report.environment)))
    throw new SeedRefused(
      `${url} is the record service of ${report.environment}; fictional patients are written in ${ALLOWED.join(' and ')} alone.`,
    );
}

async function post(url: string, entry: readonly BundleEntry[], authorization: Headers): Promise<void> {
  const answer = await fetch(`${url}/fhir`, {
    method: 'POST',
    headers: { ...authorization, 'content-type': 'application/fhir+json', prefer: 'return=minimal' },
    body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
  });
  if (!answer.ok)
    throw new Error(
      `The record service refused a bundle (${answer.status}): ${(await answer.text()).slice(0, 500)}`,
    );
  await answer.arrayBuffer();
}
