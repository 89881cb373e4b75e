import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runDoctor } from '../../test/run-doctor.ts';
import { baseImageOf } from '../fingerprint/base-image-of.ts';

const DIGEST = `sha256:${'a1'.repeat(32)}`;
const BASE = 'node:24.21.0-bookworm-slim';

/** A service whose Dockerfile names a base, and an engine of which the test says whether it has a stand-in. */
let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'ehr-base-'))));
afterEach(() => rm(root, { recursive: true }));

async function scene(base: string, engine: 'has a stand-in' | 'has none'): Promise<Record<string, string>> {
  await writeFile(join(root, 'Dockerfile'), `FROM ${base} AS base\n`);
  const asked = `image inspect --format {{.Id}} stand-in.invalid/${BASE}`;
  const answer = engine === 'has none' ? 'exit 1' : `[ "$*" = '${asked}' ] && echo ${DIGEST}`;
  await writeFile(join(root, 'docker'), `#!/bin/sh\n${answer}\n`);
  await chmod(join(root, 'docker'), 0o755);
  return { PATH: root };
}

describe('what an image is built on', () => {
  it.each([
    [BASE, 'has none', BASE, true],
    [BASE, 'has a stand-in', `stand-in.invalid/${BASE}@${DIGEST}`, false],
    [`${BASE}@${DIGEST}`, 'has none', `${BASE}@${DIGEST}`, true],
    [`${BASE}@${DIGEST}`, 'has a stand-in', `stand-in.invalid/${BASE}@${DIGEST}`, false],
    ['registry.example.org/node:24', 'has a stand-in', 'registry.example.org/node:24', true],
  ] as const)('is, for %s where the engine %s, %s', async (base, engine, reference, isDefault) => {
    expect(await baseImageOf(root, await scene(base, engine))).toEqual({ reference, isDefault });
  });

  it('is what BASE_IMAGE says before all, and without an engine what the Dockerfile says', async () => {
    const env = await scene(BASE, 'has a stand-in');
    const given = { reference: 'mirror.example.org/node:24', isDefault: false };
    expect(await baseImageOf(root, { ...env, BASE_IMAGE: given.reference })).toEqual(given);
    await rm(join(root, 'docker'));
    expect(await baseImageOf(root, env)).toEqual({ reference: BASE, isDefault: true });
  });

  it('is said by the Dockerfile, or nothing can be built', async () => {
    await expect(baseImageOf(root, {})).rejects.toMatchObject({ code: 'BUILD_FAILED' });
  });
});

describe('doctor’s check `base-image`', () => {
  it.each([
    [BASE, 'has none', 'warn', 'is not pinned by digest', 'nx run nx-delivery:pin-base-image'],
    [BASE, 'has a stand-in', 'warn', `stand-in for ${BASE}`, 'npm start -- --prepare'],
    [`${BASE}@${DIGEST}`, 'has none', 'ok', `${BASE}@${DIGEST}`, null],
  ] as const)('of %s where the engine %s: %s', async (base, engine, verdict, message, hint) => {
    const found = (await runDoctor(root, await scene(base, engine)))['base-image'];
    expect(found.verdict).toBe(verdict);
    expect(found.message).toContain(message);
    expect(found.hint === null ? null : found.hint.includes(hint ?? '')).toBe(hint === null ? null : true);
  });
});
