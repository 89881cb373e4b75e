import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alreadyDeployed, createRecordingPorts } from '@ehr/delivery-core/testing';
import type { ExecutorContext } from '@nx/devkit';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBoardPorts } from '../../wiring/board-ports.ts';
import type { RawOptions, Wiring } from '../../wiring/wiring.ts';
import board from './executor.ts';

/** A workspace with one service and two commits, the second of which has a migration and an exception for the gate. */
let root: string;
let said: string;
const git = async (...args: string[]) =>
  (await execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: root }))
    .stdout;
const commit = async (file: string, text: string) => {
  await mkdir(join(root, file, '..'), { recursive: true });
  await writeFile(join(root, file), text);
  await git('add', '--all');
  await git('commit', '--quiet', '--message', file);
  return git('rev-parse', 'HEAD');
};
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ehr-board-'));
  said = '';
  await git('init', '--quiet');
});
afterEach(() => rm(root, { recursive: true }));

const wiring: Wiring = {
  processEnv: { DOCKERHUB_USERNAME: 'clinic' },
  print: (text) => (said += text),
  warn: (text) => (said += text),
  ports: ({ environment }) => {
    const ports = createRecordingPorts({ environment });
    alreadyDeployed(ports, 'a', 'f'.repeat(64));
    const referrers = { list: async () => [], readSbom: async () => null };
    return { ...ports, referrers } as unknown as ReturnType<Wiring['ports']>;
  },
};
const context = () =>
  ({
    root,
    projectsConfigurations: {
      projects: {
        'ehr-api': {
          root: 'apps/ehr-api',
          targets: { deploy: { options: { variablePrefix: 'API', healthPath: '/health' } } },
        },
        'nx-delivery': { root: 'tools/nx-delivery', targets: {} },
      },
    },
  }) as unknown as ExecutorContext;
const run = (raw: RawOptions) => board(raw, context(), wiring);

describe('board', () => {
  it('writes its pages into a folder of the workspace', async () => {
    await commit('README.md', 'x');
    expect(await run({ output: 'dist/board' })).toEqual({ success: true });
    expect(said).toMatch(/^\d+ pages are in dist\/board; open dist\/board\/index\.html\.\n$/);
    const files = await readdir(join(root, 'dist/board'));
    expect(files).toEqual(
      expect.arrayContaining(['index.html', 'environment-local.html', 'timeline-ehr-api-365.html']),
    );
    const page = await readFile(join(root, 'dist/board/index.html'), 'utf8');
    expect(page).toContain('aaaaaaaaaaaa');
    expect(page).not.toContain('<script');
  });

  it.each<[string, RawOptions, RegExp]>([
    ['a port that is none', { port: 70_000 }, /OPTIONS_INVALID.*port: must be at most 65535/s],
    ['no folder', { output: '' }, /OPTIONS_INVALID.*output: must be a folder/s],
    ['an option that there is not', { host: '0.0.0.0' }, /OPTIONS_INVALID.*host/s],
  ])('refuses %s', async (_name, raw, words) => {
    expect(await run(raw)).toEqual({ success: false });
    expect(said).toMatch(words);
  });

  it('says what to do where the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as { port: number };
    expect(await run({ port })).toEqual({ success: false });
    expect(said).toContain(`port: ${port} of 127.0.0.1 is taken.`);
    expect(said).toContain('`--port=0`');
    await new Promise((done) => other.close(done));
  });
});

describe('what the board reads of the checkout', () => {
  const migration = 'apps/ehr-api/src/database/migrations/0002-audit.ts';
  const accepted = [
    { rule: 'named-secret', file: 'app/main.js', reason: 'A sample of a document that opens nothing.' },
  ];

  it('is migrations between two commits, and what the gate was told at one', async () => {
    const first = await commit('apps/ehr-api/main.ts', 'x');
    await commit(migration, 'x');
    const last = await commit('apps/ehr-api/gate-accepted.json', JSON.stringify(accepted));
    const ports = createBoardPorts(context(), wiring);
    expect(ports.services).toEqual(['ehr-api']);
    expect(await ports.migrations('ehr-api', first, last)).toEqual([migration]);
    expect(await ports.migrations('ehr-api', last, last)).toEqual([]);
    expect(await ports.migrations('ehr-api', 'unknown', last)).toBeNull();
    expect(await ports.accepted('ehr-api', first)).toEqual([]);
    expect(await ports.accepted('ehr-api', last)).toEqual(accepted);
    expect(await ports.accepted('ehr-api', 'f'.repeat(40))).toBeNull();
    expect(await ports.accepted('ehr-api', '--output=x')).toBeNull();
  });
});
