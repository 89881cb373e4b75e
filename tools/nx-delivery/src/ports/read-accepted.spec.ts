import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readAccepted } from './read-accepted.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ehr-accepted-'));
});
afterEach(() => rm(root, { recursive: true }));
const entry = { rule: 'named-secret', file: 'app/main.js', reason: 'The password of the sample database.' };

it('accepts nothing where there is no file, and else what the file says', async () => {
  expect(await readAccepted(root)).toEqual([]);
  await writeFile(join(root, 'gate-accepted.json'), JSON.stringify([entry]));
  expect(await readAccepted(root)).toEqual([entry]);
});

it.each([
  ['no JSON', '{', 'it: '],
  ['no reason', JSON.stringify([{ ...entry, reason: 'fine' }]), '0.reason: must say why it is harmless'],
  ['no rule', JSON.stringify([entry, { ...entry, rule: 'any' }]), '1.rule: must be one of key-format'],
  ['a secret of this run', JSON.stringify([{ ...entry, rule: 'known-secret' }]), '0.rule: must be one of'],
  ['more', JSON.stringify([{ ...entry, until: 'ever' }]), 'until'],
])('refuses a file with %s', async (_, text, says) => {
  await writeFile(join(root, 'gate-accepted.json'), text);
  await expect(readAccepted(root)).rejects.toMatchObject({
    code: 'OPTIONS_INVALID',
    message: expect.stringContaining(
      `gate-accepted.json cannot be used: ${says === 'until' ? '' : says}`,
    ) as string,
  });
});
