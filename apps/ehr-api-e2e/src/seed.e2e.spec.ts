import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeedRefused, writeLives } from '@ehr/seed';
import { expect, it, onTestFinished, vi } from 'vitest';
import { runService } from '../test/run-service.ts';

const ISSUER = join(import.meta.dirname, '../../ehr-issuer/src/main.ts');
const today = new Date('2026-11-30');

/** The built service, on an embedded database. */
async function serviceOf(variables: Record<string, string>): Promise<string> {
  const EHR_DATA_DIR = await mkdtemp(join(tmpdir(), 'ehr-api-'));
  const service = await runService({ EHR_DATA_DIR, ...variables });
  onTestFinished(async () => {
    await service.kill('SIGTERM');
    await rm(EHR_DATA_DIR, { recursive: true });
  });
  await service.ready();
  return service.url;
}

it('writes fictional lives once, whole, and finds them', async () => {
  const url = await serviceOf({});
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
  const url = await serviceOf({
    EHR_ENVIRONMENT: 'staging',
    EHR_ALLOW_EMBEDDED_DATABASE: 'true',
    EHR_ISSUERS: '[{"issuer":"https://id.example.org","audience":"ehr"}]',
  });
  await expect(writeLives({ url, patients: 1, seed: 1, today })).rejects.toThrowError(SeedRefused);
});

it('signs in where somebody has to, and says which program is not known', async () => {
  const state = await mkdtemp(join(tmpdir(), 'ehr-issuer-'));
  const audience = 'https://ehr.example.org/fhir';
  const issuer = await runService({ EHR_ISSUER_STATE: state, EHR_AUDIENCE: audience }, ISSUER);
  onTestFinished(async () => {
    await issuer.kill('SIGTERM');
    await rm(state, { recursive: true });
  });
  await issuer.ready();
  const url = await serviceOf({ EHR_ISSUERS: JSON.stringify([{ issuer: issuer.url, audience }]) });
  expect((await fetch(`${url}/fhir/Patient`)).status).toBe(401);
  expect(await writeLives({ url, patients: 1, seed: 1, today })).toMatchObject({ patients: 1 });
  vi.stubEnv('EHR_SEED_CLIENT_ID', 'stranger');
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(writeLives({ url, patients: 1, seed: 1, today })).rejects.toThrowError(
    'does not let stranger in',
  );
});
