import { describe, expect, it } from 'vitest';
import { describeError, StartError } from './index.ts';

describe('describeError', () => {
  it('keeps what finds the fault and leaves out what was said', () => {
    const cause = Object.assign(new Error('Key (name)=(CANARY) already exists\n    at CANARY:1:1'), {
      code: '23505',
    });
    const described = describeError(new TypeError('GET /fhir/Patient?name=CANARY failed', { cause }));
    expect(described).toMatchObject({ type: 'TypeError', cause: { type: 'Error', code: '23505' } });
    expect(described.frames[0]).toContain('describe-error.spec.ts');
    expect(JSON.stringify(described)).not.toContain('CANARY');
  });

  it('says nothing of what JSON.parse quotes, of odd codes and of thrown strings', () => {
    const errors: unknown[] = ['CANARY', Object.assign(new Error('x'), { code: 'CANARY of Main Street' })];
    try {
      JSON.parse('{"name": CANARY}');
    } catch (error) {
      errors.push(error);
    }
    expect(JSON.stringify(errors.map((error) => describeError(error)))).not.toContain('CANARY');
  });

  it("keeps a StartError's message, which was written for the operator", () => {
    expect(describeError(new StartError('X', 'setting', 'do this'))).toMatchObject({
      code: 'X',
      message: 'do this',
    });
  });
});
