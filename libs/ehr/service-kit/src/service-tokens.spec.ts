import { decodeJwt, SignJWT } from 'jose';
import { afterEach, expect, it, vi } from 'vitest';
import { serviceTokens, sessionSecretOf, sessionSecretVariable } from './index.ts';

const SECRET = 'a secret of this test, which nobody guesses';

afterEach(() => void vi.useRealTimers());

it('is believed by who has the same secret, for half a minute', async () => {
  const token = await serviceTokens(SECRET, 'staging').sign();
  expect(await serviceTokens(SECRET, 'staging').hold(token)).toBe(true);
  expect(await serviceTokens(`${SECRET}!`, 'staging').hold(token)).toBe(false);
  vi.useFakeTimers({ now: Date.now() + 36_000 });
  expect(await serviceTokens(SECRET, 'staging').hold(token)).toBe(false);
});

it('is believed in its own environment alone, also where another was given the same secret', async () => {
  const token = await serviceTokens(SECRET, 'staging').sign();
  expect(await serviceTokens(SECRET, 'prod').hold(token)).toBe(false);
  expect(await serviceTokens(SECRET, '').hold(token)).toBe(false);
  expect(await serviceTokens(SECRET, 'prod').hold(await serviceTokens(SECRET, 'prod').sign())).toBe(true);
});

it.each([
  ['nothing', async () => ''],
  ['no token', async () => 'a.b.c'],
  ['what the secret itself has signed', async () => new SignJWT().setProtectedHeader({ alg: 'HS256' }).setIssuer('staging').setAudience('ehr-api').setIssuedAt().setExpirationTime('30s').sign(new TextEncoder().encode(SECRET))],
  ['what names no environment', async () => new SignJWT().setProtectedHeader({ alg: 'HS256' }).setAudience('ehr-api').setIssuedAt().setExpirationTime('30s').sign(new TextEncoder().encode(`ehr-connect service\n${SECRET}`))],
  ['none', async () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(decodeJwt(await serviceTokens(SECRET, 'staging').sign()))).toString('base64url')}.`],
])('does not believe %s', async (_title, token) => {
  expect(await serviceTokens(SECRET, 'staging').hold(await token())).toBe(false);
}); // prettier-ignore

it('has a secret by itself only where nothing is real', () => {
  expect(['local', 'dev', 'staging', 'prod'].map((name) => sessionSecretOf(undefined, name) === null)).toEqual([false, false, true, true]); // prettier-ignore
  expect(sessionSecretOf(SECRET, 'prod')).toBe(SECRET);
});

it('takes no secret that is short, or known to everybody', () => {
  const known = sessionSecretOf(undefined, 'local') as string;
  expect([SECRET, 'short', known, ' '.repeat(40), 'a'.repeat(40)].map((secret) => sessionSecretVariable.safeParse(secret).success)).toEqual([true, false, false, false, false]); // prettier-ignore
});
