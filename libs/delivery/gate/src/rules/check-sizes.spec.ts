import { describe, expect, it } from 'vitest';
import { checkSizes } from './check-sizes.ts';

const budget = { applicationBytes: 100, imageBytes: 1_000 };
const layers = (...sizes: number[]) => sizes.map((size) => ({ size }));

describe('checkSizes', () => {
  it.each([
    ['nothing', layers(900, 100), layers(100), []],
    ['the application', layers(500, 101), layers(101), ['The application']],
    ['the image', layers(950, 51), layers(51), ['The whole image']],
    ['both', layers(1_000, 500), layers(500), ['The application', 'The whole image']],
  ])('refuses %s', (_what, all, application, expected) => {
    const sights = checkSizes(all, application, budget);
    expect(sights.map(({ sentence }) => sentence.split(' has ')[0])).toEqual(expected);
  });
});
