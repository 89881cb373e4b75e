import { expect, it } from 'vitest';
import { clientOf } from './browser-address.ts';

it.each([
  ['198.51.100.1', [], '198.51.100.1'],
  // What a browser says of itself comes first; the connection's own address last.
  ['203.0.113.66, 198.51.100.1', [], '198.51.100.1'],
  ['203.0.113.66, 198.51.100.1, 10.0.0.7', ['10.0.0.0/8'], '198.51.100.1'],
  ['198.51.100.1, 10.0.0.7, 10.0.0.8', ['10.0.0.7', '10.0.0.8'], '198.51.100.1'],
  ['::ffff:198.51.100.1', [], '198.51.100.1'],
  ['2001:db8::1, fd00::1', ['fd00::/8'], '2001:db8::1'],
  ['forged by browser', [], undefined],
  ['10.0.0.7', ['10.0.0.0/8'], undefined],
  ['', [], undefined],
])('of %j behind %j is %s', (chain, trusted, expected) => {
  expect(clientOf(chain, trusted)).toBe(expected);
});
