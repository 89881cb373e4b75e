import { generateKeyPairSync } from 'node:crypto';
import { Secret } from '@ehr/delivery-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findKeys, KEY_OVERLAP, knownSecretFinder, redactKeys } from './search-secrets.ts';

/** Put together here, so that no scanner takes this file for a leak. */
const letters = (length: number) => 'aB3dE5fG7hJ9kL2mN4pQ6rS8tU1vW0xY'.repeat(60).slice(0, length);
const pem = (kind: string, body: string, end = kind) =>
  `-----BEGIN ${kind}-----\n${body}\n-----END ${end}-----\n`;
const whole = (text: string, path = 'app/main.js') =>
  findKeys({ text, first: true, last: true }, path).map((key) => key.text);

const keys: readonly (readonly [kind: string, key: string])[] = [
  ['AWS access key', `AKIA${'ABCDEFGH234567QR'}`],
  ['AWS secret', `aws_secret_access_key = ${letters(40)}`],
  ['GitHub', `ghp_${letters(36)}`],
  ['GitHub', `ghs_${letters(36)}`],
  ['GitHub', `github_pat_${letters(82)}`],
  ['GitLab', `glpat-${letters(20)}`],
  ['GitLab', `glrt-${letters(20)}`],
  ['Slack', `xoxb-${'123456789012-'.repeat(2)}${letters(24)}`],
  ['Slack', `https://hooks.slack.com/services/T0AB/B0CD/${letters(24)}`],
  ['npm', `npm_${letters(36)}`],
  ['npm', `//npm.example.org/:_authToken=${letters(36)}`],
  ['Docker Hub', `dckr_pat_${letters(27)}`],
  ['Docker Hub', `dckr_oat_${letters(32)}`],
  ['JWT', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${letters(43)}`],
  ['Google API', `AIza${letters(35)}`],
  ['Google OAuth', `GOCSPX-${letters(28)}`],
  ['Stripe', `sk_live_${letters(24)}`],
  ['Stripe', `rk_test_${letters(99)}`],
  ['Stripe', `whsec_${letters(32)}`],
  ['private key', pem('RSA PRIVATE KEY', `MIIE${letters(1600)}`)],
  ['private key', pem('OPENSSH PRIVATE KEY', `b3BlbnNzaC1rZXktdjE${letters(400)}`)],
  [
    'private key',
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  ],
  ['private key', JSON.stringify(pem('PRIVATE KEY', `MIIE${letters(1600)}`))],
  ['private key', pem('ENCRYPTED PRIVATE KEY', `MIIE${letters(400)}`)],
  ['private key', pem('RSA PRIVATE KEY', `Proc-Type: 4,ENCRYPTED\n\n${letters(400)}`)],
  ['private key', pem('PGP PRIVATE KEY BLOCK', `\n${letters(400)}`)],
  ['age', `AGE-SECRET-KEY-1${'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'.repeat(2).slice(0, 58)}`],
  ['address with a password', 'postgres://ehr:correcthorse@db.internal/ehr'],
  ['address with a password', 'https://ehr:correcthorse@registry.example.com/x'],
];

describe('findKeys', () => {
  it.each(keys)('finds a key of %s: %.12s', (kind, key) => {
    for (const text of [key, `x="${key}";`, `\u0000\u0001${key}\u0000`]) {
      const found = whole(text);
      expect(found.join()).toContain(kind);
      // Longer runs of the key than the four characters that are shown are nowhere.
      const body = key.slice(-20);
      expect(found.join()).not.toContain(body);
    }
  });

  it.each([
    ['a header that a TLS library compares with', 'if(x.startsWith("-----BEGIN PRIVATE KEY-----"))throw 1'],
    ['a placeholder key', pem('PRIVATE KEY', '...')],
    ['a public key', pem('PUBLIC KEY', `MIIB${letters(300)}`)],
    ["the id of AWS's documentation", `AKIA${'IOSFODNN7EXAMPLE'}`],
    ['a variable in place of a token', '//npm.example.org/:_authToken=${NPM_TOKEN}'],
    ['a setting of npm', 'npm_config_registry_of_this_workspace_and_more'],
    ['a prefix alone', 'token.startsWith("ghp_")||token.startsWith("glpat-")'],
    ['a published key', `pk_live_${letters(24)}`],
    ['base64 data', Buffer.from(letters(4_000)).toString('base64')],
    ['a hash', 'a3f5'.repeat(16)],
    ['an address without a password', 'postgres://db.internal/ehr'],
    ['members that are named like settings', 'this._password=options.password;x?y:_auth=something'],
  ])('finds nothing in %s', (_what, text) => {
    expect(whole(text)).toEqual([]);
  });

  it('finds a header without a key in a file that is named like one', () => {
    const header = `-----BEGIN RSA PRIVATE ${'KEY'}-----`;
    expect(whole(header, 'app/server.pem').join()).toContain('private key');
    expect(whole(header, 'app/server.key').join()).toContain('private key');
    expect(whole('-----BEGIN CERTIFICATE-----', 'app/server.pem')).toEqual([]);
  });

  it('finds the settings of .npmrc that need no host', () => {
    expect(whole(`_auth=${letters(20)}`, 'app/.npmrc').join()).toContain('npm');
    expect(whole('_authToken=${NPM_TOKEN}', 'app/.npmrc')).toEqual([]);
    expect(whole('registry=https://npm.example.org/', 'app/.npmrc')).toEqual([]);
  });

  it('is not switched off by a comment in the image', () => {
    expect(whole(`/* secretlint-disable */ ghp_${letters(36)}`)).toHaveLength(1);
  });

  it('leaves a key that is cut by the edge of its window to the neighbour', () => {
    const token = `ghp_${letters(36)}`;
    const filler = ' '.repeat(KEY_OVERLAP);
    expect(findKeys({ text: filler + token, first: true, last: false }, '')).toEqual([]);
    expect(findKeys({ text: token + filler, first: false, last: true }, '')).toEqual([]);
    expect(findKeys({ text: filler + token, first: false, last: true }, '')).toHaveLength(1);
  });

  it('redacts every key in a text', () => {
    expect(redactKeys('https://ehr:correcthorse@db/x')).toBe('https://ehr:[secret]@db/x');
    const ofOneLine = keys.filter(([, key]) => !/\n|:correcthorse@/.test(key));
    for (const [, key] of ofOneLine) expect(redactKeys(`app/${key}/x`)).not.toContain(key.slice(-20));
  });
});

const finder = (...values: string[]) =>
  knownSecretFinder(values.map((value, index) => ({ name: `SECRET_${index}`, value: new Secret(value) })));
const latin1 = (text: string, encoding?: 'utf16le') => Buffer.from(text, encoding).toString('latin1');
const value = fc
  .string({ minLength: 8, maxLength: 80, unit: 'grapheme' })
  .filter((s) => s.trim().length >= 8);

describe('knownSecretFinder', () => {
  it('finds a value in every form', () => {
    const property = fc.property(value, fc.string(), fc.string(), (secret, before, after) => {
      const { find } = finder(secret);
      const plain = secret.trim();
      const url = encodeURIComponent(plain);
      const base64 = (encoding: 'base64' | 'base64url') =>
        Buffer.from(before + plain + after).toString(encoding);
      for (const text of [plain, JSON.stringify({ plain }), url, base64('base64'), base64('base64url')]) {
        expect(find(latin1(before + text + after))).not.toEqual([]);
      }
      expect(find(latin1(before + plain + after, 'utf16le'))).not.toEqual([]);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('returns the name and the form', () => {
    const { find } = finder('first-value', 'second-value');
    expect(find(latin1('x second-value x'))).toEqual(['SECRET_1']);
    const credential = Buffer.from('user:first-value').toString('base64');
    expect(find(latin1(credential))).toEqual(['SECRET_0 as base64']);
  });

  it('ignores values that are so short that they occur by chance', () => {
    const { find, longest, redact } = finder('', 'ehr', '1234567', '  short  ');
    expect(longest).toBe(0);
    expect(find(latin1('ehr 1234567'))).toEqual([]);
    expect(redact('ehr 1234567')).toBe('ehr 1234567');
  });

  it('leaves out a line break at the end of a value', () => {
    expect(finder('12345678\n').find(latin1('"12345678"'))).toEqual(['SECRET_0']);
  });

  it('takes the values out of a text', () => {
    expect(finder('swordfish-1').redact('app/swordfish-1/x')).toBe('app/[secret]/x');
  });

  it('finds each of several values that overlap and nearly match', () => {
    // Two letters only; no other form than the plain one consists of them.
    const letters = (minLength: number, maxLength: number) =>
      fc.string({ unit: fc.constantFrom('a', 'b'), minLength, maxLength });
    const property = fc.property(
      fc.uniqueArray(letters(8, 12), { maxLength: 6 }),
      letters(0, 300),
      (values, text) => {
        const expected = values.flatMap((value, index) => (text.includes(value) ? [`SECRET_${index}`] : []));
        expect([...finder(...values).find(text)].sort()).toEqual(expected);
      },
    );
    fc.assert(property, { numRuns: 2_000 });
  });

  it('finds a long value, and takes its characters as they are', () => {
    const long = 'ab.c+(d|e)[f]\\^$*?{2}-é'.repeat(200);
    const { find } = finder(long, 'another-value');
    expect(find(latin1(`ab.c${long}`))).toEqual(['SECRET_0']);
    expect(find(latin1(long.slice(1)))).toEqual([]);
  });
});
