import { parse } from 'dotenv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesOf, missingVariables, readVariable, setVariables } from './variables.ts';

describe('setVariables', () => {
  it.each([
    ['into nothing', '', 'T=2\n'],
    ['at the end', 'A=1', 'A=1\nT=2'],
    ['at the end after a line break', 'A=1\n', 'A=1\nT=2\n'],
    ['in its place', 'A=1\nT=1\nB=2\n', 'A=1\nT=2\nB=2\n'],
    ['every time it is there', 'T=1\nT=0', 'T=2\nT=2'],
    ['with export, spaces and a comment', 'export T = 1  # tag\n', 'export T = 2  # tag\n'],
    ['in quotes', 'T="1 0"\n', 'T=2\n'],
    ['where it is empty', 'T=\nB=1', 'T=2\nB=1'],
    ['with the line breaks of Windows', 'A=1\r\nT=1\r\nB=\r\n', 'A=1\r\nT=2\r\nB=\r\n'],
    ['and not in a comment', '# T=1\nA=1', '# T=1\nA=1\nT=2'],
    ['and not inside a value over several lines', 'K="a\nT=1\nb"\n', 'K="a\nT=1\nb"\nT=2\n'],
    ['and not in one whose name ends alike', 'MY_T=1\nT_2=1\n', 'MY_T=1\nT_2=1\nT=2\n'],
  ])('sets it %s', (_where, before, after) => {
    expect(setVariables(before, { T: '2' })).toBe(after);
    expect(readVariable(after, 'T')).toBe('2');
  });

  it('changes nothing the second time, and no other variable ever', () => {
    const line = fc.oneof(
      fc
        .tuple(fc.constantFrom('A', 'B', 'T'), fc.string({ unit: 'grapheme-ascii' }))
        .map((pair) => pair.join('=')),
      fc.constantFrom('', '# note', "Q='x y'", 'M="1\n2"', 'export E=1'),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const before = lines.join('\n');
        const after = setVariables(before, { T: 'v@sha256:0' });
        expect(setVariables(after, { T: 'v@sha256:0' })).toBe(after);
        expect(readVariable(after, 'T')).toBe('v@sha256:0');
        for (const name of ['A', 'B', 'Q', 'M', 'E']) {
          expect(readVariable(after, name)).toBe(readVariable(before, name));
        }
        // And as Dokploy itself reads it.
        expect(parse(after)).toEqual({ ...parse(before), T: 'v@sha256:0' });
      }),
      { numRuns: 300 },
    );
  });
});

it('reads the last of a name, without quotes', () => {
  expect(readVariable('A=1\nA="2"', 'A')).toBe('2');
  expect(readVariable('B=1', 'A')).toBeUndefined();
  expect(entriesOf("A=1\nB='2 3'\n# C=4")).toEqual([
    ['A', '1'],
    ['B', '2 3'],
  ]);
});

it.each([
  ['image: a:${TAG:?}', '', ['TAG']],
  ['image: a:${TAG:?say so}', 'TAG=', ['TAG']],
  ['image: a:${TAG?}', 'TAG=', []],
  ['image: a:${TAG:?}', 'TAG=1', []],
  ['image: $TAG ${TAG}', '', ['TAG']],
  ['image: a:${TAG:-local} ${TAG-local} ${TAG:+x}', '', []],
  ['# needs ${TAG:?}\nimage: a # or $TAG', '', []],
  ['command: echo $$HOME $${HOME}', '', []],
  ['x: ${ONE:?} ${TWO}', 'TWO=2', ['ONE']],
  ['x: ${COMPOSE_PROJECT_NAME:?}', '', []],
])('of %j with %j lacks %j', (file, environment, missing) => {
  expect(missingVariables(file, environment)).toEqual(missing);
});
