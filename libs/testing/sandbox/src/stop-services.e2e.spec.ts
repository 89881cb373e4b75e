import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireOrSkip, stopServices } from './index.ts';

const id = randomBytes(4).toString('hex');
const [mine, theirs] = [`ehr-stop-${id}-mine`, `ehr-stop-${id}-theirs`];
const volumes = {
  own: `${mine}_records`,
  fixed: `ehr-stop-${id}-fixed`,
  external: `ehr-stop-${id}-external`,
  shared: `ehr-stop-${id}-shared`,
  foreign: `${theirs}_records`,
};

/** Two compose projects with volumes of every kind, one of which both use; their containers never start. */
describe.skipIf(!requireOrSkip('engine'))('stopServices', () => {
  const image = `ehr-stop-${id}`;
  let directory: string;
  const docker = async (...args: string[]) => (await execa('docker', args, { cwd: directory })).stdout;
  const left = async () => {
    const names = await docker('volume', 'ls', '--quiet', '--filter', `name=ehr-stop-${id}`);
    return Object.entries(volumes)
      .filter(([, name]) => names.split('\n').includes(name))
      .map(([kind]) => kind);
  };
  const create = async (project: string, names: Record<string, object | null>) => {
    const mounts = Object.keys(names).map((name) => `${name}:/${name}`);
    const file = { services: { one: { image, command: ['/one'], volumes: mounts } }, volumes: names };
    writeFileSync(join(directory, `${project}.json`), JSON.stringify(file));
    await docker('compose', '--project-name', project, '--file', `${project}.json`, 'create');
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'ehr-stop-'));
    writeFileSync(join(directory, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n');
    await docker('build', '--quiet', '--tag', image, '.');
    await docker('volume', 'create', volumes.external);
    const shared = { name: volumes.shared };
    await create(theirs, { records: null, shared });
    await create(mine, {
      records: null,
      fixed: { name: volumes.fixed },
      external: { name: volumes.external, external: true },
      shared,
    });
  });
  afterAll(async () => {
    await docker('compose', '--project-name', theirs, 'down');
    await docker('volume', 'rm', '--force', ...Object.values(volumes));
    await docker('rmi', image);
    rmSync(directory, { recursive: true });
  });

  it('keeps every volume without purge, and no container of the project', async () => {
    expect(await stopServices(mine, { purge: false })).toBe('1 containers removed');
    expect(await left()).toEqual(['own', 'fixed', 'external', 'shared', 'foreign']);
  });

  it('purges what the project made for itself: no volume with a name of its own, no external and no foreign one', async () => {
    expect(await stopServices(mine, { purge: true })).toBe(
      `0 containers and 1 volumes removed; kept ${volumes.fixed}, which ${mine} shares by name`,
    );
    expect(await left()).toEqual(['fixed', 'external', 'shared', 'foreign']);
    expect(await docker('ps', '--all', '--quiet', '--filter', `name=${theirs}`)).not.toBe('');
  });

  it('has nothing to do then', async () => {
    expect(await stopServices(mine, { purge: true })).toContain('none running');
  });
});
