import { Secret } from '@ehr/delivery-core';
import { describe, expect, it } from 'vitest';
import type { Acceptance } from './gate-model.ts';
import { defaultGatePolicy, inspectImage } from './index.ts';
import { goodConfig, imageOf, layerOf, tarOf } from './test/image-of.ts';

const password = `Kestrel-${4711}!maple`;
const content = `export const settings = { dbPassword: '${password}' };`;
const inspect = async (
  accepted: readonly Acceptance[],
  knownSecrets: { name: string; value: Secret }[] = [],
) => {
  const config = { ...goodConfig, Env: ['CACHE_PASSWORD=word'] };
  const image = await imageOf([layerOf(await tarOf({ 'app/main.js': content }))], config);
  return inspectImage(image, { ...defaultGatePolicy, accepted, knownSecrets });
};
const inFile = { rule: 'named-secret', file: 'app/main.js', reason: 'The password of the sample database.' };
const inConfig = {
  rule: 'credential-variable',
  file: 'config.Env CACHE_PASSWORD',
  reason: 'The name of a mode.',
};
const shown = async (...args: Parameters<typeof inspect>) =>
  (await inspect(...args)).map(({ severity, rule }) => `${severity} ${rule}`);

describe('an accepted finding', () => {
  it('no longer refuses the image, and is told with its reason', async () => {
    expect(await shown([])).toEqual(['refuse credential-variable', 'refuse named-secret']);
    const findings = await inspect([inFile, inConfig]);
    expect(findings.map(({ severity }) => severity)).toEqual(['accepted', 'accepted']);
    expect(findings[1]?.message).toMatch(/^Accepted: The password of the sample database\. \(/);
    expect(JSON.stringify(findings)).not.toContain(password);
  });

  it.each([
    ['another rule', { ...inFile, rule: 'key-format' }],
    ['another file', { ...inFile, file: 'app/other.js' }],
    ['a folder', { ...inFile, file: 'app' }],
  ])('is not one of %s, and what is accepted for nothing is told', async (_, acceptance) => {
    expect(await shown([acceptance, inConfig])).toEqual([
      'refuse named-secret',
      'warn unused-acceptance',
      'accepted credential-variable',
    ]);
  });

  it('is never a secret of this very run', async () => {
    const secret = { name: 'DB_PASSWORD', value: new Secret(password) };
    expect(await shown([{ ...inFile, rule: 'known-secret' }, inFile, inConfig], [secret])).toEqual([
      'refuse known-secret',
      'warn unused-acceptance',
      'accepted credential-variable',
      'accepted named-secret',
    ]);
  });
});
