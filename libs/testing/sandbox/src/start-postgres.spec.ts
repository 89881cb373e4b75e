import { describe, expect, it } from 'vitest';
import { newestFirst } from './start-postgres.ts';

describe('newestFirst', () => {
  it('orders versions as numbers and ignores other directories', () => {
    expect(newestFirst(['9.6', '15', 'lib', '17'])).toEqual(['17', '15', '9.6']);
  });
});
