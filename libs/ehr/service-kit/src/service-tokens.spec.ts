import { decodeJwt, SignJWT } from 'jose';
import { afterEach, expect, it, vi } from 'vitest';
import { serviceTokens, sessionSecretOf, sessionSecretVariable } from './index.ts';

const SECRET = 'a secret of this test, which nobody guesses';

afterEach(() => void vi.useRealTimers());

it('is believed by who has the same secret, for half a minute', async () => {
  const token = await serviceTokens(SECRET).sign();
  expect(await serviceTokens(SECRET).hold(token)).toBe(true);
  expect(await serviceTokens(`${SECRET}!`).hold(token)).toBe(false);
  vi.useFakeTimers({ now: Date.now() + 36_000 });
  expect(await serviceTokens(SECRET).hold(token)).toBe(false);
});

it.each([
  ['nothing', async () => ''],
  ['no token', async () => 'a.b.c'],
  ['what the secret itself has signed', async () => new SignJWT().setProtectedHeader({ alg: 'HS256' }).setAudience('ehr-api').setIssuedAt().setExpirationTime('30s').sign(new TextEncoder().encode(SECRET))],
  ['none', async () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(decodeJwt(await serviceTokens(SECRET).sign()))).toString('base64url')}.`],
])('does not believe %s', async (_title, token) => {
  expect(await serviceTokens(SECRET).hold(await token())).toBe(false);
}); // prettier-ignore

it('has a secret by itself only where nothing is real', () => {
  expect(['local', 'dev', 'staging', 'prod'].map((name) => sessionSecretOf(undefined, name) === null)).toEqual([false, false, true, true]); // prettier-ignore
  expect(sessionSecretOf(SECRET, 'prod')).toBe(SECRET);
});

it('takes no secret that is short, or known to everybody', () => {
  const known = sessionSecretOf(undefined, 'local') as string;
  expect([SECRET, 'short', known, ' '.repeat(40), 'a'.repeat(40)].map((secret) => sessionSecretVariable.safeParse(secret).success)).toEqual([true, false, false, false, false]); // prettier-ignore
});
