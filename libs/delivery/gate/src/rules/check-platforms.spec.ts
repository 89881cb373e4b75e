import { describe, expect, it } from 'vitest';
import { checkPlatforms } from './check-platforms.ts';

const on = (architecture: string, config = { os: 'linux', architecture }) => ({
  platform: { os: 'linux', architecture },
  config,
});
const expected = ['linux/amd64', 'linux/arm64'];

describe('checkPlatforms', () => {
  it.each([
    ['one is missing', [on('amd64')], 'linux/arm64 is missing'],
    ['there is one too many', [on('amd64'), on('arm64'), on('s390x')], 'linux/s390x'],
    ['one is there twice', [on('amd64'), on('arm64'), on('arm64')], 'linux/arm64'],
    ['an attestation is among them', [on('amd64'), on('arm64'), on('unknown')], 'linux/unknown'],
    [
      'index and config differ',
      [on('amd64'), on('arm64', { os: 'linux', architecture: 'amd64' })],
      'own config linux/amd64',
    ],
  ])('refuses when %s', (_what, manifests, part) => {
    expect(checkPlatforms(manifests, expected)).toMatchObject([
      { rule: 'platforms', severity: 'refuse', sentence: expect.stringContaining(part) as string },
    ]);
  });

  it('lets the expected ones pass in any order', () => {
    expect(checkPlatforms([on('arm64'), on('amd64')], expected)).toEqual([]);
  });

  it('lets a config name the variant that the index leaves out', () => {
    const config = { os: 'linux', architecture: 'arm64', variant: 'v8' };
    expect(checkPlatforms([on('amd64'), on('arm64', config)], expected)).toEqual([]);
  });
});
