import { describe, expect, it } from 'vitest';
import { nodeVersion } from './assemble-stand-in.ts';
import {
  type BaseImageFacts,
  baseImageReference,
  chooseBaseImage,
  DEFAULT_BASE_IMAGE,
} from './provide-base-image.ts';

const offline: BaseImageFacts = {
  inEngine: 'nothing',
  hubReachable: false,
  debian: true,
  containerdStore: true,
};

describe('chooseBaseImage', () => {
  it.each<[string, Partial<BaseImageFacts>, string]>([
    ['takes the official image where it can be had', { hubReachable: true }, 'ready'],
    ['removes the stand-in once it can', { hubReachable: true, inEngine: 'stand-in' }, 'drop-stand-in'],
    ['uses what the engine has when offline', { inEngine: 'image' }, 'ready'],
    ['makes the stand-in once', { inEngine: 'stand-in' }, 'ready'],
    ['makes the stand-in where Docker Hub cannot be reached', {}, 'assemble'],
    ['explains without Debian’s packages', { debian: false }, 'explain'],
    ['explains where one name holds one platform', { containerdStore: false }, 'explain'],
  ])('%s', (_title, facts, kind) => {
    expect(chooseBaseImage({ ...offline, ...facts }).kind).toBe(kind);
  });
});

describe('baseImageReference', () => {
  it.each([
    ['# x\nARG BASE_IMAGE=node:24.21.0-trixie-slim\nFROM ${BASE_IMAGE}\n', 'node:24.21.0-trixie-slim'],
    ['ARG BASE_IMAGE="node:24.1.0"\n', 'node:24.1.0'],
    ['FROM scratch\n', DEFAULT_BASE_IMAGE],
  ])('reads %j', (text, expected) => {
    expect(baseImageReference(text)).toBe(expected);
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
