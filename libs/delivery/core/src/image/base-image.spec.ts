import { describe, expect, it } from 'vitest';
import { environments } from '../environments.ts';
import { baseImageIn, standInForName, standInName, takesStandIns, withBaseImage } from './base-image.ts';

const dockerfile = 'ARG BASE_IMAGE=base\nFROM node:24 AS base\nFROM ${BASE_IMAGE}\nCOPY . /app\n';
const pinned = `node:24@sha256:${'1'.repeat(64)}`;

describe('the base of a Dockerfile', () => {
  it('is that of its stage `base`, and replaced there alone', () => {
    expect(baseImageIn(dockerfile)).toBe('node:24');
    expect(withBaseImage(dockerfile, pinned)).toBe(dockerfile.replace('node:24', pinned));
    expect(baseImageIn(withBaseImage(dockerfile, pinned))).toBe(pinned);
    expect(baseImageIn('FROM scratch\n')).toBeUndefined();
  });
});

describe('a stand-in', () => {
  it.each([
    ['node:24.21.0-bookworm-slim', 'stand-in.invalid/node:24.21.0-bookworm-slim'],
    [pinned, 'stand-in.invalid/node:24'],
    ['docker.io/acme/base', 'stand-in.invalid/acme/base:latest'],
    ['registry.example.org/node:24', undefined],
  ])('for %s is called %s', (base, name) => {
    expect(standInName(base)).toBe(name);
  });

  it('says by its name what it stands in for', () => {
    expect(standInForName(`stand-in.invalid/${pinned}`)).toBe('node:24');
    expect(standInForName(pinned)).toBeNull();
  });

  it('may go where the environment is local, or the registry on loopback', () => {
    const places = ['127.0.0.1:5050', '[::1]:5000', 'localhost', 'docker.io', 'registry.example.org:5000'];
    const taken = environments.map((environment) =>
      places.filter((registry) => takesStandIns(environment, { registry, repository: 'acme/ehr-api' })),
    );
    const onLoopback = places.slice(0, 3);
    expect(taken).toEqual([places, onLoopback, onLoopback, onLoopback]);
  });
});
