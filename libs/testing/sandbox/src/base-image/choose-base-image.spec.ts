import { describe, expect, it } from 'vitest';
import { chooseBaseImage, type BaseImageFacts } from './choose-base-image.ts';

const offline: BaseImageFacts = {
  inEngine: 'nothing',
  hubReachable: false,
  debian: true,
  containerdStore: true,
};

describe('chooseBaseImage', () => {
  it.each<[string, Partial<BaseImageFacts>, string]>([
    ['takes the official image where it can be had', { hubReachable: true }, 'ready'],
    ['lets go of the stand-in once it can', { hubReachable: true, inEngine: 'stand-in' }, 'drop-stand-in'],
    ['uses what the engine has when offline', { inEngine: 'image' }, 'ready'],
    ['makes the stand-in once', { inEngine: 'stand-in' }, 'ready'],
    ['makes the stand-in where Docker Hub cannot be reached', {}, 'assemble'],
    ['explains without Debian’s packages', { debian: false }, 'explain'],
    ['explains where one name holds one platform', { containerdStore: false }, 'explain'],
  ])('%s', (_title, facts, kind) => {
    expect(chooseBaseImage({ ...offline, ...facts }).kind).toBe(kind);
  });
});
