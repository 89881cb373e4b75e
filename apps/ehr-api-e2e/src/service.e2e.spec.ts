import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningService, runService } from '../test/run-service.ts';

const patient = JSON.stringify({ resourceType: 'Patient', name: [{ family: 'Canarsie' }] });
const headers = { 'content-type': 'application/fhir+json' };
const lines = (service: RunningService) =>
  service
    .output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: string; msg: string });

describe.concurrent('the built service', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ehr-api-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('refuses to start with one JSON line that names every bad variable', async () => {
    const service = await runService({
      PORT: 'x',
      DATABASE_URL: 'mysql://root:hunter2@db',
      LOG_LEVEL: 'loud',
    });
    expect(await service.ended).toMatchObject({ code: 78 });
    expect(lines(service)).toHaveLength(1);
    expect(service.output()).toMatch(/PORT.*DATABASE_URL.*LOG_LEVEL/u);
    expect(service.output()).not.toContain('hunter2');
  });

  it('exits with 78 in prod without a database, which waiting does not mend', async () => {
    const service = await runService({ EHR_ENVIRONMENT: 'prod' });
    expect(await service.ended).toMatchObject({ code: 78 });
    expect(service.output()).toMatch(/EHR_ISSUERS: is required.*DATABASE_URL: is required/u);
  });

  it('waits for its database, and exits with 75 when there is none', async () => {
    const start = performance.now();
    const DATABASE_URL = 'postgres://ehr:hunter2@127.0.0.1:9/ehr';
    const EHR_ISSUERS = '[{"issuer":"https://id.example.org","audience":"ehr"}]';
    const service = await runService({ DATABASE_URL, EHR_ISSUERS, EHR_ENVIRONMENT: 'staging' });
    expect(await service.ended).toMatchObject({ code: 75 });
    expect(performance.now() - start).toBeGreaterThan(19_000);
    expect(service.output()).toContain('DATABASE_UNREACHABLE');
    const warned = lines(service).filter(({ msg }) => msg.includes('EHR_PUBLIC_URL is not set'));
    expect(warned.map(({ level }) => level)).toEqual(['warn']);
    expect(service.output()).not.toContain('hunter2');
  });

  it('keeps records over a clean stop, prints JSON only and nothing of the records', async () => {
    const EHR_DATA_DIR = join(directory, 'kept');
    const first = await runService({ EHR_DATA_DIR });
    await first.ready();
    const created = await fetch(`${first.url}/fhir/Patient`, { method: 'POST', headers, body: patient });
    const { id } = (await created.json()) as { id: string };
    expect(await first.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    const second = await runService({ EHR_DATA_DIR });
    await second.ready();
    expect((await fetch(`${second.url}/fhir/Patient/${id}?_format=json`)).status).toBe(200);
    expect(await second.kill('SIGINT')).toEqual({ code: 0, signal: null });
    expect([...lines(first), ...lines(second)].map(({ level }) => level)).not.toContain('error');
    expect(first.output() + second.output()).not.toContain('Canarsie');
  });

  it('begins anew where a process was killed while it unpacked its database', async () => {
    const EHR_DATA_DIR = join(directory, 'unpacking');
    await mkdir(join(EHR_DATA_DIR, 'pglite.unpacking/base'), { recursive: true });
    await writeFile(join(EHR_DATA_DIR, 'pglite.unpacking/PG_VERSION'), 'half');
    const service = await runService({ EHR_DATA_DIR });
    await service.ready();
    await service.kill('SIGTERM');
    expect(await readdir(EHR_DATA_DIR)).toEqual(expect.not.arrayContaining(['pglite.unpacking']));
    expect(await readdir(join(EHR_DATA_DIR, 'pglite'))).toContain('PG_VERSION');
  });

  it('has its tables at once, and a key that no other database has', async () => {
    const EHR_DATA_DIR = join(directory, 'own');
    const service = await runService({ EHR_DATA_DIR });
    await service.ready();
    await service.kill('SIGTERM');
    expect(lines(service).find(({ msg }) => msg === 'ready')).toMatchObject({ migrations: [] });
    const database = await PGlite.create(join(EHR_DATA_DIR, 'pglite'));
    const { rows } = await database.query<{ value: string }>('select value::text from hash_key');
    await database.close();
    // What chance gives where the archive is made.
    expect(rows).toEqual([{ value: expect.not.stringContaining('07070707') as string }]);
  });

  it('refuses a data directory another process has open, and takes it over when that one was killed', async () => {
    const EHR_DATA_DIR = join(directory, 'shared');
    const holder = await runService({ EHR_DATA_DIR });
    await holder.ready();
    const refused = await runService({ EHR_DATA_DIR });
    expect(await refused.ended).toMatchObject({ code: 75 });
    expect(refused.output()).toContain('DATABASE_IN_USE');
    await holder.kill('SIGKILL');
    const next = await runService({ EHR_DATA_DIR });
    await next.ready();
    expect(await next.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(await readdir(EHR_DATA_DIR)).toContain('pglite');
  });

  it('finishes the request in flight before it stops', async () => {
    const service = await runService({ EHR_DATA_DIR: join(directory, 'flight') });
    await service.ready();
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    const [start, rest] = [patient.slice(0, 10), patient.slice(10)];
    socket.write(
      `POST /fhir/Patient HTTP/1.1\r\nhost: x\r\ncontent-type: application/fhir+json\r\ncontent-length: ${patient.length}\r\nexpect: 100-continue\r\n\r\n${start}`,
    );
    await until(() => answer.includes('100 Continue'));
    const ended = service.kill('SIGTERM');
    await until(() => service.output().includes('stopping'));
    socket.write(rest);
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(answer).toContain('201 Created');
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
