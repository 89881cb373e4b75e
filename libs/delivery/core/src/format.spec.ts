import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, reasonOf } from './index.ts';

describe('format', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [127_300_000, '127 MB'],
    [2.5e12, '2500 GB'],
  ])('%d bytes is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [40, '0.0 s'],
    [9_940, '9.9 s'],
    [59_400, '59 s'],
    [185_000, '3 min 5 s'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});

describe('reasonOf', () => {
  it('tells the causes too', () => {
    const cause = new AggregateError([new Error('connect ECONNREFUSED')], '');
    expect(reasonOf(new TypeError('fetch failed', { cause }))).toBe(
      'fetch failed: AggregateError: connect ECONNREFUSED',
    );
  });
});
