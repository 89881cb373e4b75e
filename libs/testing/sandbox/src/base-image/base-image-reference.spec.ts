import { describe, expect, it } from 'vitest';
import { baseImageReference, DEFAULT_BASE_IMAGE, nodeVersion } from './base-image-reference.ts';

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
