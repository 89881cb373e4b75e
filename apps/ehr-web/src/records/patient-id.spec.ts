import { expect, it } from 'vitest';
import { isPatientId } from './patient-id.ts';

it.each([
  ['7d9a-B.1', true],
  ['x'.repeat(64), true],
  ['x'.repeat(65), false],
  ['', false],
  ['..', false],
  ['a/b', false],
  ['a%2Fb', false],
  ['a;Path=', false],
])('whether %j may be a patient is %s', (id, expected) => expect(isPatientId(id)).toBe(expected));
