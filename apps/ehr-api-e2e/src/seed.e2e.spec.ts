import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeedRefused, writeLives } from '@ehr/seed';
import { expect, it, onTestFinished } from 'vitest';
import { runService } from '../test/run-service.ts';

const today = new Date('2026-11-30');

/** The built service of an environment, on an embedded database. */
async function serviceOf(environment: string): Promise<string> {
  const EHR_DATA_DIR = await mkdtemp(join(tmpdir(), 'ehr-api-'));
  const service = await runService({ EHR_ENVIRONMENT: environment, EHR_DATA_DIR });
  onTestFinished(async () => {
    await service.kill('SIGTERM');
    await rm(EHR_DATA_DIR, { recursive: true });
  });
  await service.ready();
  return service.url;
}

it('writes fictional lives once, whole, and finds them', async () => {
  const url = await serviceOf('local');
  const first = await writeLives({ url, patients: 8, seed: 1, today });
  expect(first).toMatchObject({ patients: 8, known: 0 });
  expect(first.resources).toBeGreaterThan(800);
  expect(await writeLives({ url, patients: 9, seed: 1, today })).toMatchObject({ patients: 1, known: 8 });
  const total = async (query: string) =>
    ((await (await fetch(`${url}/fhir/${query}&_count=0`)).json()) as { total: number }).total;
  expect(await total('Patient?identifier=urn:ehr-connect:mrn|')).toBe(9);
  expect(await total('Observation?patient=s1-0001&code=85354-9')).toBeGreaterThan(8);
  expect(await total('Patient?deceased=true')).toBe(1);
});

it('writes nobody in staging', async () => {
  const url = await serviceOf('staging');
  await expect(writeLives({ url, patients: 1, seed: 1, today })).rejects.toThrowError(SeedRefused);
});
