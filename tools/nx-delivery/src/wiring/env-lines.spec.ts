import { describe, expect, it } from 'vitest';
import { readEnvLines } from './env-lines.ts';

describe('readEnvLines', () => {
  it.each([
    ['a word', 'A=staging', 'staging'],
    ['nothing', 'A=', ''],
    ['an address', 'A=http://[::1]:3000/x?sslmode=require,y', 'http://[::1]:3000/x?sslmode=require,y'],
    ['a dollar in single quotes', `A='postgres://ehr:pa$word#1@db/ehr'`, 'postgres://ehr:pa$word#1@db/ehr'],
    ['spaces and double quotes in single quotes', `A=' two "words" '`, ' two "words" '],
    ['an exported one', 'export A=b', 'b'],
    ['a comment behind it', 'A=b # why', 'b'],
    ['the last of two', 'A=a\nA=b', 'b'],
    ['one after comments and empty lines', '# why\n\n  # and\nA=b\n', 'b'],
  ])('takes %s', (_name, text, value) => {
    expect(readEnvLines(text, '.env.prod')).toEqual({ A: value });
  });

  it.each([
    ['a bare dollar', 'A=pa$word'],
    ['double quotes', 'A="b"'],
    ['a space', 'A=two words'],
    ['a space behind the sign', 'A= b'],
    ['a comment in place of a value, as a paste leaves it', 'A=    # a key'],
    ['a space before the sign', 'A =b'],
    ['a sharp in a word', 'A=a#b'],
    ['a backslash', 'A=a\\b'],
    ['a backslash in quotes', `A='a\\'`],
    ['quotes inside', `A='a'b'`],
    ['a value of two lines', `A='a\nb'`],
    ['backticks', 'A=`id`'],
    ['a home directory', 'A=~/x'],
    ['a semicolon', 'A=a;b'],
    ['no sign', 'A'],
    ['a name with a dot', 'A.B=c'],
    ['line ends of Windows', 'A=b\r'],
    ['a byte order mark', '\uFEFFA=b'],
  ])('refuses %s', (_name, text) => {
    expect(() => readEnvLines(`# first\n${text}\n`, '.env.prod')).toThrowError(
      /^\.env\.prod cannot be read alike by every tool: line 2/u,
    );
  });

  it('names every line, and repeats none of them', () => {
    expect(() => readEnvLines('A="canary"\nB=1\nC=$canary\n', '.env.dev')).toThrowError(
      expect.objectContaining({
        code: 'OPTIONS_INVALID',
        message: '.env.dev cannot be read alike by every tool: line 1, line 3.',
        hint: expect.stringContaining('NAME=value') as string,
      }),
    );
  });
});
