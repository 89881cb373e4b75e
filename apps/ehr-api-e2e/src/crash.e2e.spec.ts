import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { databaseOf } from '../test/database-of.ts';
import { postgresUrl } from '../test/postgres-url.ts';
import { type RunningService, runService } from '../test/run-service.ts';

const ENTRIES = 20;
const ROUNDS = 4;
const headers = { 'content-type': 'application/fhir+json' };

/** A transaction whose patients all have one number. */
const bundleOf = (value: string) =>
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: Array.from({ length: ENTRIES }, () => ({
      resource: {
        resourceType: 'Patient',
        identifier: [{ system: 'urn:crash', value }],
        name: [{ family: 'Crash' }],
      },
      request: { method: 'POST', url: 'Patient' },
    })),
  });

/** Three clients send transactions; the service is killed after so many answers, while others are on their way. */
async function killWhileWriting(service: RunningService, round: number, answers: number) {
  const sent: string[] = [];
  const answered: string[] = [];
  const { promise: isTime, resolve: kill } = Promise.withResolvers<void>();
  let isOver = false;
  const writer = async (name: number) => {
    for (let count = 0; !isOver; count += 1) {
      const value = `${round}-${name}-${count}`;
      sent.push(value);
      const ok = await fetch(`${service.url}/fhir`, { method: 'POST', headers, body: bundleOf(value) }).then(
        (answer) => answer.ok,
        () => false,
      );
      if (!ok) return;
      answered.push(value);
      if (answered.length === answers) kill();
    }
  };
  const writing = Promise.all([1, 2, 3].map(writer));
  // Whoever is refused says so by too few answers, and not by waiting.
  await Promise.race([isTime, writing]);
  await sleep(round * 3);
  await service.kill('SIGKILL');
  isOver = true;
  await writing;
  return { sent, answered };
}

describe('a service that is killed at any time', () => {
  it.skipIf(postgresUrl === null)('has done a transaction whole or not at all, on PostgreSQL', async () => {
    await killAgainAndAgain({ DATABASE_URL: await databaseOf('crash') });
  });

  it('has done a transaction whole or not at all, on its embedded database', async () => {
    const EHR_DATA_DIR = await mkdtemp(join(tmpdir(), 'ehr-api-'));
    try {
      await killAgainAndAgain({ EHR_DATA_DIR });
    } finally {
      await rm(EHR_DATA_DIR, { recursive: true });
    }
  });
});

async function killAgainAndAgain(variables: Readonly<Record<string, string>>): Promise<void> {
  const all: { sent: string[]; answered: string[] } = { sent: [], answered: [] };
  for (let round = 1; round <= ROUNDS; round += 1) {
    const service = await runService(variables);
    await service.ready();
    const { sent, answered } = await killWhileWriting(service, round, round * 2);
    all.sent.push(...sent);
    all.answered.push(...answered);
  }
  const service = await runService(variables);
  await service.ready();
  const counts = new Map<string, number>();
  for (const value of all.sent) {
    const answer = await fetch(`${service.url}/fhir/Patient?identifier=urn:crash|${value}&_count=0`);
    counts.set(value, ((await answer.json()) as { total: number }).total);
  }
  await service.kill('SIGTERM');
  expect(all.answered.length).toBeGreaterThan(ROUNDS);
  expect([...counts].filter(([, count]) => count !== 0 && count !== ENTRIES)).toEqual([]);
  expect(all.answered.filter((value) => counts.get(value) !== ENTRIES)).toEqual([]);
}
