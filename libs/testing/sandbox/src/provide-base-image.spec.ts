import { describe, expect, it } from 'vitest';
import { nodeVersion } from './assemble-stand-in.ts';
import { type BaseImageFacts, chooseBaseImage } from './provide-base-image.ts';

const offline: BaseImageFacts = {
  hasImage: false,
  hasStandIn: false,
  hubReachable: false,
  debian: true,
  containerdStore: true,
};

describe('chooseBaseImage', () => {
  it.each<[string, Partial<BaseImageFacts>, string]>([
    ['takes the official image where it can be had', { hubReachable: true }, 'image'],
    ['and then in spite of a stand-in', { hubReachable: true, hasStandIn: true }, 'image'],
    ['takes the one the engine has when offline', { hasImage: true, hasStandIn: true }, 'image'],
    ['makes the stand-in once', { hasStandIn: true }, 'stand-in'],
    ['makes the stand-in where Docker Hub cannot be reached', {}, 'assemble'],
    ['explains without Debian’s packages', { debian: false }, 'explain'],
    ['explains where one name holds one platform', { containerdStore: false }, 'explain'],
  ])('%s', (_title, facts, kind) => {
    expect(chooseBaseImage({ ...offline, ...facts }).kind).toBe(kind);
  });
});

describe('nodeVersion', () => {
  it.each([
    ['node:24.21.0-bookworm-slim', '24.21.0'],
    ['docker.io/library/node:24.21.0', '24.21.0'],
    ['node:24', undefined],
    ['example.com/node:24.21.0', undefined],
    ['node:24.21.0@sha256:aa', undefined],
  ])('%s is %s', (reference, expected) => {
    expect(nodeVersion(reference)).toBe(expected);
  });
});
