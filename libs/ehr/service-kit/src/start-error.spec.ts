import { describe, expect, it } from 'vitest';
import { exitStatusOf, StartError } from './index.ts';

describe('exitStatusOf', () => {
  it.each([
    [78, new StartError('X', 'setting', 'set it')],
    [75, new StartError('X', 'dependency', 'wait for it')],
    [1, new TypeError('x is undefined')],
    [1, 'thrown text'],
  ])('is %i for %o', (status, error) => {
    expect(exitStatusOf(error)).toBe(status);
  });
});
