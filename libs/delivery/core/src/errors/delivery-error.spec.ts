import { describe, expect, it } from 'vitest';
import { coreError } from './catalog.ts';
import { describeError } from './delivery-error.ts';

describe('describeError', () => {
  const told = (message: string, cause?: Error) =>
    describeError(coreError('OPTIONS_INVALID', message, cause && { cause })).message;

  it('adds why, once', () => {
    expect(told('The plan cannot be read.')).toBe('The plan cannot be read.');
    expect(told('The plan cannot be read.', new Error('no such file'))).toBe(
      'The plan cannot be read. (no such file)',
    );
    expect(told('The registry answered 401.', new Error('The registry answered 401'))).toBe(
      'The registry answered 401.',
    );
  });
});
