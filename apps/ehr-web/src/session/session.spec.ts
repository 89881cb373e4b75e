import { expect, it } from 'vitest';
import { type May, mayBreakGlass, mayDo, type Visitor } from './session.ts';

const signedIn = (may: May): Visitor => ({
  kind: 'signed-in',
  holder: 'h',
  session: { person: { name: 'n', subject: 's' }, tokens: { access: 'a', refresh: null, expires: 0 } },
  may,
});

it.each<[Visitor, boolean, boolean]>([
  [signedIn({ Patient: 'crus', '$break-glass': 'e' }), true, true],
  [signedIn({ Patient: 'crus' }), true, false],
  [signedIn({ Patient: '', '$break-glass': 'e' }), false, true],
  [signedIn({}), false, false],
  // Where nobody signs in nothing is hidden.
  [{ kind: 'open' }, true, false],
  [{ kind: 'signed-out' }, false, false],
  [{ kind: 'unreachable' }, false, false],
])('offers %j what ehr-api says they may', (visitor, reads, opens) => {
  expect([mayDo(visitor, 'Patient', 'r'), mayBreakGlass(visitor)]).toEqual([reads, opens]);
});
