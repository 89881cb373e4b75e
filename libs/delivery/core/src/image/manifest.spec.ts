import { describe, expect, it } from 'vitest';
import {
  type Descriptor,
  isDigest,
  parsePlatform,
  platformName,
  sharedTopLayers,
  shortDigest,
} from '../index.ts';

const layer = (letter: string): Descriptor => ({
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  digest: `sha256:${letter.repeat(64)}`,
  size: 1,
});
const manifest = (letters: string) => ({ layers: [...letters].map(layer) });

describe('sharedTopLayers', () => {
  it.each([
    ['amd64 and arm64 over different bases', ['abxy', 'cdxy'], 'xy'],
    ['bases of different depth', ['axy', 'bcdxy'], 'xy'],
    ['nothing on top', ['abx', 'aby'], ''],
    ['one manifest', ['abc'], 'abc'],
    ['none', [], ''],
  ])('finds the application layers of %s', (_name, manifests, expected) => {
    expect(sharedTopLayers(manifests.map(manifest))).toEqual(
      [...expected].map((letter) => layer(letter).digest),
    );
  });
});

describe('platform names', () => {
  it.each(['linux/amd64', 'linux/arm/v7'])('reads and writes %s', (text) => {
    const platform = parsePlatform(text);
    expect(platform && platformName(platform)).toBe(text);
  });
  it.each(['linux', 'linux/', '/amd64', 'a/b/c/d', 'Linux/AMD64'])('refuses %j', (text) => {
    expect(parsePlatform(text)).toBeUndefined();
  });
});

describe('digests', () => {
  it('are sha256 in lower case, shown by 12 digits', () => {
    const digest = layer('a').digest;
    expect([isDigest(digest), isDigest(digest.toUpperCase()), isDigest('sha256:aa')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(shortDigest(digest)).toBe('aaaaaaaaaaaa');
  });
});
