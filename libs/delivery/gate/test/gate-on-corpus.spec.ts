import { describe, expect, it } from 'vitest';
import { corpus } from './corpus/corpus.ts';
import { refusalsOf } from './refusals-of.ts';

const { open, sealed } = corpus(1);

describe.each([
  ['open', open],
  ['sealed', sealed],
])('the %s part of the corpus', (_part, { leaks, lookAlikes }) => {
  it.each(leaks.map((one) => [one.name, one] as const))('refuses: %s', async (_name, one) => {
    expect(await refusalsOf(one)).not.toEqual([]);
  });

  it.each(lookAlikes.map((one) => [one.name, one] as const))('lets pass: %s', async (_name, one) => {
    expect(await refusalsOf(one)).toEqual([]);
  });
});
