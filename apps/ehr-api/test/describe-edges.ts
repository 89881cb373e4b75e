import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaults } from '../src/config/fhir-settings.ts';
import type { Database } from '../src/database/database.ts';
import { believing } from './believing.ts';
import { type RunningApi, startApi, write } from './start-api.ts';
import { startIssuer, type TestIssuer } from './start-issuer.ts';

const APP = 'https://app.example.org';

/** What browsers are told, and how often who may ask. */
export function describeEdges(database: () => Database): void {
  describe('the edges', () => {
    let issuer: TestIssuer;
    let api: RunningApi;
    const as = async (sub: string) => ({
      authorization: `Bearer ${await issuer.sign({ sub, roles: ['clinician'], scope: 'user/*.cruds' })}`,
    });
    beforeAll(async () => {
      issuer = await startIssuer();
      const authenticator = believing(issuer.url, database()); // prettier-ignore
      const limits = { ...defaults.limits, clientRate: 20 };
      api = await startApi(database(), { authenticator, limits, corsOrigins: [APP], publicUrl: 'https://records.example.org' }); // prettier-ignore
    });
    afterAll(async () => {
      await api.app.close();
      await issuer.stop();
    });

    it('let pages of one origin ask, letter by letter, without a token for the question whether they may', async () => {
      const preflight = (origin: string) =>
        api.send({ method: 'OPTIONS', url: '/fhir/Patient', headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization' } }); // prettier-ignore
      const own = await preflight(APP);
      expect([own.status, own.headers['access-control-allow-origin'], own.headers['access-control-allow-credentials']]).toEqual([204, APP, undefined]); // prettier-ignore
      expect(own.headers['access-control-allow-methods']).toContain('PUT');
      for (const origin of [
        `${APP}.evil.test`,
        'https://sub.app.example.org',
        'http://app.example.org',
        'null',
        `${APP}:8443`,
      ])
        // prettier-ignore
        expect((await preflight(origin)).headers['access-control-allow-origin']).toBeUndefined();
      const answer = await api.get('/fhir/Patient', { ...(await as('cors')), origin: APP });
      expect([answer.headers['access-control-allow-origin'], answer.headers['vary']]).toEqual([APP, expect.stringMatching(/origin/iu)]); // prettier-ignore
    });

    it('say to browsers that nothing of an answer is to be run, framed, guessed or kept', async () => {
      for (const { headers } of [
        await api.get('/fhir/metadata'),
        await api.get('/fhir/Patient'),
        await api.get('/health'),
      ])
        // prettier-ignore
        expect(headers).toMatchObject({
          'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
          'referrer-policy': 'no-referrer',
          'strict-transport-security': 'max-age=31536000; includeSubDomains',
          'x-content-type-options': 'nosniff',
          'cache-control': 'no-store',
        });
    });

    it('answer each client so often a minute; others are served', async () => {
      const busy = await as('busy');
      const statuses = [];
      for (let n = 0; n < 22; n += 1) statuses.push((await api.get('/fhir/Patient?_count=1', busy)).status);
      expect(statuses).toEqual([...Array<number>(20).fill(200), 429, 429]);
      const refused = await api.get('/fhir/Patient', busy);
      expect([refused.body.issue[0]?.code, Number(refused.headers['retry-after'])]).toEqual(['throttled', expect.any(Number)]); // prettier-ignore
      expect((await api.get('/fhir/Patient?_count=1', await as('calm'))).status).toBe(200);
      // Another token of the same client is no other client.
      expect((await api.get('/fhir/Patient', await as('busy'))).status).toBe(429);
    });

    it('do not let an address guess on; who has a token elsewhere is served', async () => {
      const guess = (remoteAddress: string, token = 'a.b.c') =>
        api.send({ method: 'GET', url: '/fhir/Patient', remoteAddress, headers: { authorization: `Bearer ${token}` } }); // prettier-ignore
      for (let n = 0; n < 60; n += 1) expect((await guess('192.0.2.7')).status).toBe(401);
      expect((await guess('192.0.2.7')).status).toBe(429);
      expect((await guess('192.0.2.8')).status).toBe(401);
      expect((await api.get('/health')).status).toBe(200);
    });

    it('read nothing of the body of somebody who is not let in', async () => {
      const body = JSON.stringify({ resourceType: 'Patient', name: [{ family: 'x'.repeat(40_000_000) }] });
      // With a token it would be too large.
      expect((await api.send(write('POST', '/fhir/Patient', body))).status).toBe(401);
      expect((await api.send(write('POST', '/fhir/Patient', body, await as('large')))).status).toBe(413);
    });
  });
}
