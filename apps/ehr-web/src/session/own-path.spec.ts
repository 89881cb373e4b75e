import { expect, it } from 'vitest';
import { ownPath, signInHref, whyOf } from './own-path.ts';

it.each(['/patients', '/patients/1?registered', '/'])('leads to %s', (path) => {
  expect(ownPath(path)).toBe(path);
});

it.each([undefined, '', 'patients', '//evil.example', '/\\evil.example', '/a\\b', 'https://evil.example', '/\t/evil.example', '/\n/evil', '/漢', `/${'x'.repeat(600)}`])(
  'leads nowhere else by %j',
  (path) => expect(ownPath(path)).toBe('/patients'),
); // prettier-ignore

it('tells why somebody has to sign in, and nothing that an address makes up', () => {
  expect(signInHref('/patients/1', 'locked')).toBe('/sign-in?why=locked&to=%2Fpatients%2F1');
  expect([whyOf('out'), whyOf('<script>'), whyOf(undefined)]).toEqual(['out', undefined, undefined]);
});
