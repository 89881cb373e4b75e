import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { believing } from './believing.ts';
import { type RunningApi, startApi } from './start-api.ts';
import { AUDIENCE, type Claims, startIssuer, type TestIssuer } from './start-issuer.ts';

const CLINICIAN: Claims = { roles: ['clinician'], scope: 'openid user/*.cruds' };
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Whose tokens are believed, and whose not. */
export function describeTokens(database: () => Database): void {
  describe('a token', () => {
    let issuer: TestIssuer;
    let stranger: TestIssuer;
    let api: RunningApi;
    const start = () =>
      startApi(database(), {
        authenticator: believing(issuer.url, database()),
      });
    const ask = (token: string, url = '/fhir/Patient?_count=1') =>
      api.get(url, { authorization: `Bearer ${token}` });

    beforeAll(async () => {
      [issuer, stranger] = await Promise.all([startIssuer(), startIssuer()]);
      api = await start();
    });
    afterAll(async () => {
      await api.app.close();
      await Promise.all([issuer.stop(), stranger.stop()]);
    });

    it('of a clinician is let in', async () => {
      expect((await ask(await issuer.sign(CLINICIAN))).status).toBe(200);
    });

    it('is not needed to ask what the server can do, and where to sign in', async () => {
      const metadata = await api.get('/fhir/metadata');
      expect([metadata.status, JSON.stringify(metadata.body)]).toEqual([
        200,
        expect.stringContaining('SMART-on-FHIR'),
      ]);
      const smart = await api.get('/fhir/.well-known/smart-configuration');
      expect([smart.status, smart.body]).toMatchObject([200, { issuer: issuer.url, token_endpoint: `${issuer.url}/token`, capabilities: expect.arrayContaining(['permission-v2', 'launch-standalone']) as string[] }]); // prettier-ignore
      expect((await api.get('/health')).status).toBe(200);
    });

    const now = Math.floor(Date.now() / 1000);
    const signed =
      (claims: Claims, header = {}) =>
      () =>
        issuer.sign({ ...CLINICIAN, ...claims }, header);
    it.each<readonly [title: string, code: string, authorization: () => Promise<string | undefined>]>([
      ['is missing', 'login', async () => undefined],
      ['is a password', 'login', async () => `Basic ${Buffer.from('a:b').toString('base64')}`],
      ['is empty', 'login', async () => 'Bearer '],
      ['is no JWT', 'login', async () => 'Bearer abc.def'],
      ['has three parts of nonsense', 'login', async () => 'Bearer a.b.c'],
      ['has no signature', 'login', async () => `Bearer ${part({ alg: 'none' })}.${part({ iss: issuer.url, aud: AUDIENCE, sub: 'x', iat: now, exp: now + 60, ...CLINICIAN })}.`],
      ['is signed with the public key as a shared secret', 'login', async () => {
        const text = `${part({ alg: 'HS256', kid: issuer.publicKey().kid })}.${part({ iss: issuer.url, aud: AUDIENCE, sub: 'x', iat: now, exp: now + 60, ...CLINICIAN })}`;
        return `Bearer ${text}.${createHmac('sha256', JSON.stringify(issuer.publicKey())).update(text).digest('base64url')}`;
      }],
      ['brings its own key', 'login', async () => `Bearer ${await stranger.sign({ ...CLINICIAN, iss: issuer.url }, { jwk: stranger.publicKey() } as object)}`],
      ['is signed by somebody else', 'login', async () => `Bearer ${await stranger.sign({ ...CLINICIAN, iss: issuer.url })}`],
      ['is of an issuer that nobody believes', 'login', async () => `Bearer ${await stranger.sign(CLINICIAN)}`],
      ['is of the issuer with a slash more', 'login', async () => `Bearer ${await signed({ iss: `${issuer.url}/` })()}`],
      ['has no issuer', 'login', async () => `Bearer ${await signed({ iss: undefined })()}`],
      ['is for somebody else', 'login', async () => `Bearer ${await signed({ aud: 'https://other.example.org' })()}`],
      ['is an ID token, made for the app', 'login', async () => `Bearer ${await signed({ aud: 'app' })()}`],
      ['has an unknown key', 'login', async () => `Bearer ${await signed({}, { kid: 'nobody' })()}`],
      ['has expired', 'expired', async () => `Bearer ${await signed({ iat: now - 900, exp: now - 60 })()}`],
      ['never expires', 'login', async () => `Bearer ${await signed({ exp: undefined })()}`],
      ['is not valid yet', 'login', async () => `Bearer ${await signed({ nbf: now + 600 })()}`],
      ['is of nobody', 'login', async () => `Bearer ${await signed({ sub: undefined })()}`],
      ['was changed', 'login', async () => `Bearer ${(await issuer.sign(CLINICIAN)).replace(/\.[^.]+\./u, `.${part({ iss: issuer.url, aud: AUDIENCE, sub: 'root', iat: now, exp: now + 60, ...CLINICIAN })}.`)}`],
    ])('that %s is refused', async (_title, code, authorization) => {
      const sent = await authorization();
      const answer = await api.get('/fhir/Patient?name=x', sent === undefined ? {} : { authorization: sent });
      expect([answer.status, answer.body.issue[0]?.code]).toEqual([401, code]);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="FHIR"/u);
      if (sent !== undefined && sent.length > 20) expect(JSON.stringify(answer.body) + api.logLines.join('')).not.toContain(sent.slice(7)); // prettier-ignore
    }); // prettier-ignore

    it('that is anything at all is refused, or allows what it says: 500 random ones', async () => {
      const other = await start();
      const header = fc.record({ alg: fc.constantFrom('none', 'HS256', 'RS256', 'ES256', 'ES256', '', null, 5), kid: fc.constantFrom('key-1', 'key-2', '', null), typ: fc.anything(), crit: fc.option(fc.array(fc.string())) }, { requiredKeys: [] });
      const claims = fc.record({ iss: fc.constantFrom(issuer.url, stranger.url, '', null), aud: fc.constantFrom(AUDIENCE, [AUDIENCE], [], 5), sub: fc.anything(), exp: fc.anything(), iat: fc.anything(), roles: fc.anything(), scope: fc.anything(), tenant: fc.anything(), patient: fc.anything() }, { requiredKeys: [] });
      const encode = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url');
      const made = fc.tuple(header, claims, fc.string()).map(([a, b, c]) => `${encode(a)}.${encode(b)}.${Buffer.from(c).toString('base64url')}`);
      const texts = fc.oneof(made, fc.string({ unit: 'grapheme-ascii' }), fc.base64String());
      let address = 0;
      await fc.assert(
        fc.asyncProperty(texts, async (token) => {
          address += 1;
          const answer = await other.send({ method: 'GET', url: '/fhir/Patient', remoteAddress: `198.51.${address >> 8}.${address & 255}`, headers: { authorization: `Bearer ${token.replace(/[^\x20-\x7e]/gu, '')}` } });
          expect([answer.status, answer.body.resourceType]).toEqual([401, 'OperationOutcome']);
        }),
        { numRuns: 300, seed: 16 },
      );
      // Signed as they should be, and yet of no use: nothing of what they claim brings the server down.
      await fc.assert(
        fc.asyncProperty(claims, async (own) => {
          address += 1;
          const rest = Object.fromEntries(Object.entries(own).filter(([name]) => !['exp', 'iat', 'iss'].includes(name)));
          const answer = await other.send({ method: 'GET', url: '/fhir/Patient', remoteAddress: `198.51.${address >> 8}.${address & 255}`, headers: { authorization: `Bearer ${await issuer.sign(rest)}` } });
          expect([200, 401, 403]).toContain(answer.status);
        }),
        { numRuns: 200, seed: 16 },
      );
      await other.app.close();
    }, 60_000); // prettier-ignore

    it('for a tenant that there is none of is refused', async () => {
      const answer = await ask(await issuer.sign({ ...CLINICIAN, tenant: 'elsewhere' }));
      expect([answer.status, answer.body.issue[0]?.code]).toEqual([403, 'forbidden']);
    });

    it('that was refused is in the audit, with what it wanted', async () => {
      const count = async () => (await database().query<{ n: number }>(`select count(*)::int as n from audit_event where outcome = 'refused' and agent = 'unknown'`))[0]?.n ?? 0; // prettier-ignore
      const before = await count();
      await ask('a.b.c', '/fhir/Patient/secret');
      expect(await count()).toBe(before + 1);
    });

    it('that was let in is not checked again for a while, nor after it has expired', async () => {
      const token = await issuer.sign(CLINICIAN);
      expect((await ask(token)).status).toBe(200);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 400_000 });
      try {
        expect((await ask(token)).body.issue[0]?.code).toBe('expired');
      } finally {
        vi.useRealTimers();
      }
    });

    it('with a new key is believed once the key is known, which is asked for twice a minute at most', async () => {
      await issuer.rotate();
      const before = issuer.asked.keys;
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
      try {
        expect((await ask(await issuer.sign(CLINICIAN))).status).toBe(200);
        expect(issuer.asked.keys).toBe(before + 1);
        for (let n = 0; n < 20; n += 1) expect((await ask(await issuer.sign(CLINICIAN, { kid: `made-up-${n}` }))).status).toBe(401); // prettier-ignore
        expect(issuer.asked.keys).toBe(before + 1);
      } finally {
        vi.useRealTimers();
      }
    });

    it('cannot be checked while its issuer is away, who is not asked by every request', async () => {
      const other = await start();
      issuer.isAway = true;
      const before = issuer.asked.metadata;
      try {
        const token = await issuer.sign(CLINICIAN);
        for (let n = 0; n < 20; n += 1) {
          const answer = await other.get('/fhir/Patient', { authorization: `Bearer ${token}` });
          expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
        }
        expect((await other.get('/fhir/.well-known/smart-configuration')).status).toBe(503);
        expect((await other.get('/health')).status).toBe(200);
        // Whom this server knows already is let in all the same.
        expect((await ask(await issuer.sign(CLINICIAN))).status).toBe(200);
        issuer.isAway = false;
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
        expect((await other.get('/fhir/Patient', { authorization: `Bearer ${token}` })).status).toBe(200);
        expect(issuer.asked.metadata).toBe(before + 1);
      } finally {
        vi.useRealTimers();
        issuer.isAway = false;
        await other.app.close();
      }
    });
  });
}
