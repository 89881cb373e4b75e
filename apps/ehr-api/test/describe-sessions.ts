import { createHash, randomBytes } from 'node:crypto';
import { serviceTokens } from '@ehr/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { believing } from './believing.ts';
import { type RunningApi, startApi, write } from './start-api.ts';
import { startIssuer, type TestIssuer } from './start-issuer.ts';

const SECRET = 'a secret of this test, which nobody guesses';
/** A clinician opens charts. */
const OPENS = { '$break-glass': 'e' };

/** What ehr-web keeps here: who is signed in, and what its pages remember. */
export function describeSessions(database: () => Database): void {
  describe('sessions of ehr-web', () => {
    const service = serviceTokens(SECRET, 'staging');
    let issuer: TestIssuer;
    let api: RunningApi;
    let other: RunningApi;
    beforeAll(async () => {
      issuer = await startIssuer();
      const believed = { authenticator: believing(issuer.url, database()), service };
      [api, other] = [await startApi(database(), believed), await startApi(database(), believed)];
    });
    afterAll(() => issuer.stop());

    const keyOf = (secret = randomBytes(32)) => createHash('sha256').update(secret).digest('base64url');
    const sealed = (text: string) => Buffer.from(text).toString('base64url');
    const ask = async (path: string, body: object, on = api, token?: string) => {
      const headers = { 'ehr-service': token ?? (await service.sign()), 'x-forwarded-for': '203.0.113.7', 'content-type': 'application/json' }; // prettier-ignore
      const { status, body: answer } = await on.send(write('POST', `/web/${path}`, body, headers));
      return { status, answer: answer as unknown as Record<string, unknown> };
    };
    const person = (claims: object = {}) => issuer.sign({ sub: 'clara', client_id: 'ehr-web', roles: ['clinician'], scope: 'user/*.cruds', ...claims }); // prettier-ignore
    const signIn = async (claims: object = {}, lasts: object = {}) => {
      const key = keyOf();
      const token = await person(claims);
      const own = { key, sealed: sealed('one'), idle: 900, most: 3600, token, types: ['Patient', 'AuditEvent'], ...lasts }; // prettier-ignore
      return { key, ...(await ask('sessions/sign-in', own)) };
    };
    const auditor = async (query: string) => {
      const token = await issuer.sign({ sub: 'audrey', roles: ['auditor'], scope: 'user/AuditEvent.rs' });
      const { body } = await api.get(`/fhir/AuditEvent?${query}`, { authorization: `Bearer ${token}` });
      return body.entry?.map(({ resource }) => resource as unknown as { agent: object[]; subtype: object[] }) ?? []; // prettier-ignore
    };

    it('are of whom the issuer says, and of nobody else', async () => {
      const { status, answer } = await signIn();
      expect([status, answer]).toEqual([201, { may: { Patient: 'crus', AuditEvent: '', ...OPENS } }]);
      expect((await signIn({ roles: ['auditor'] })).answer).toEqual({
        may: { Patient: '', AuditEvent: 'rs' },
      });
      for (const claims of [
        { roles: ['front-desk'] },
        { scope: 'user/Observation.rs' },
        { scope: 'system/*.cruds' },
      ])
        expect((await signIn(claims)).answer['may']).not.toHaveProperty(['$break-glass']);
      expect((await signIn({ tenant: 'nowhere' })).status).toBe(403);
      expect((await signIn({ exp: 1 })).status).toBe(401);
    });

    it('of several tenants begin and end together, each told of in the audit of its own', async () => {
      await database().query(`insert into tenant values (71, 'signed-in')`);
      const { key, status } = await signIn({ sub: 'sue', tenant: 'signed-in' });
      await signIn({ sub: 'sue' });
      expect([status, (await ask('sessions/end', { key, everywhere: true })).answer]).toEqual([201, { ended: 2, sealed: sealed('one') }]); // prettier-ignore
      const rows = await database().query(`select tenant_id, action from audit_event where agent = 'sue' order by 1, 2`); // prettier-ignore
      expect(rows).toEqual([0, 71].flatMap((tenant_id) => ['login', 'logout'].map((action) => ({ tenant_id, action })))); // prettier-ignore
    });

    it('tell with whom people sign in, also while that one is away', async () => {
      const asked = async () => (await api.get('/web/issuer', { 'ehr-service': await service.sign() })).body;
      const expected = { issuer: issuer.url, discovery: issuer.url };
      expect(await asked()).toEqual(expected);
      issuer.isAway = true;
      expect(await asked()).toEqual(expected);
      issuer.isAway = false;
    });

    it('are known to every replica', async () => {
      const { key } = await signIn();
      expect((await ask('sessions/use', { key }, other)).answer).toEqual({
        may: { Patient: 'crus', AuditEvent: '', ...OPENS }, sealed: sealed('one'), version: 1 }); // prettier-ignore
      expect((await ask('sessions/use', { key: keyOf() }, other)).status).toBe(404);
    });

    it('are renewed by one at a time', async () => {
      const { key } = await signIn();
      const claims = await Promise.all([api, other, api, other].map(async (on) => (await ask('sessions/claim', { key, version: 1 }, on)).answer['claimed'])); // prettier-ignore
      expect(claims.filter(Boolean)).toHaveLength(1);
      const renew = async (version: number, claims: object = {}) =>
        ask('sessions/renew', { key, version, sealed: sealed('two'), token: await person(claims), types: ['Patient'] }); // prettier-ignore
      expect((await renew(1)).answer).toEqual({ may: { Patient: 'crus', ...OPENS } });
      expect((await renew(1)).status).toBe(404);
      // Of somebody else it is no session.
      expect((await renew(2, { sub: 'frida' })).status).toBe(404);
      expect((await ask('sessions/claim', { key, version: 1 })).answer).toEqual({ claimed: false });
      expect((await ask('sessions/use', { key })).answer).toEqual({
        may: { Patient: 'crus', ...OPENS },
        sealed: sealed('two'),
        version: 2,
      });
    });

    it('are free for others again when nobody renews them after all', async () => {
      const { key } = await signIn();
      const claim = async () => (await ask('sessions/claim', { key, version: 1 })).answer['claimed'];
      expect([await claim(), await claim()]).toEqual([true, false]);
      await ask('sessions/release', { key, version: 1 }, other);
      expect(await claim()).toBe(true);
    });

    it('end when they are not used, or have lasted', async () => {
      const key = async (lasts: object) => (await signIn({}, lasts)).key;
      const keys = [await key({ idle: 1 }), await key({ most: 1 }), await key({})];
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      const found = await Promise.all(keys.map(async (one) => (await ask('sessions/use', { key: one })).status)); // prettier-ignore
      expect(found).toEqual([404, 404, 200]);
    });

    it('last while they are used', async () => {
      const { key } = await signIn({}, { idle: 2 });
      for (let second = 0; second < 3; second += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        expect((await ask('sessions/use', { key })).status).toBe(200);
      }
    });

    it('end everywhere at once, those of others not', async () => {
      const sub = 'everywhere';
      const [one, two, three] = [await signIn({ sub }), await signIn({ sub }), await signIn()];
      const { answer } = await ask('sessions/end', { key: one.key, everywhere: true });
      // Of the others nothing is told.
      expect(answer).toEqual({ ended: 2, sealed: sealed('one') });
      expect((await ask('sessions/end', { key: one.key, everywhere: false })).answer).toEqual({ ended: 0 });
      const found = [one, two, three].map(async ({ key }) => (await ask('sessions/use', { key })).status);
      expect(await Promise.all(found)).toEqual([404, 404, 200]);
    });

    it('end with what was kept of them, once, also when nobody used them any more', async () => {
      const { key } = await signIn({}, { idle: 1, sealed: sealed('mine') });
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      expect((await ask('sessions/use', { key })).status).toBe(404);
      expect((await ask('sessions/end', { key, everywhere: false })).answer).toEqual({ ended: 1, sealed: sealed('mine') }); // prettier-ignore
      expect((await ask('sessions/end', { key, everywhere: false })).answer).toEqual({ ended: 0 });
    });

    it('are in the audit: who signed in and out, and from where', async () => {
      const { key } = await signIn({ sub: 'audited' });
      await ask('sessions/end', { key, everywhere: false });
      const events = await auditor('altid=audited');
      const code = (code: string) => [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code }];
      expect(events.map(({ subtype }) => subtype)).toEqual([code('110123'), code('110122')]);
      expect(events[0]?.agent[0]).toMatchObject({ network: { address: '203.0.113.7' }, requestor: true });
      expect(await auditor('altid=audited&subtype=110122')).toHaveLength(1);
    });

    it('are in the audit also where somebody is not let in, or a session ends by itself', async () => {
      await signIn({ tenant: 'nowhere' });
      expect((await auditor('subtype=110122&outcome=8&altid=unknown')).length).toBeGreaterThan(0);
      await signIn({ sub: 'asleep' }, { idle: 1 });
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await signIn();
      expect(await auditor('altid=asleep&subtype=110123')).toHaveLength(1);
    });

    it('are for a service that shows it is ours', async () => {
      const { key } = await signIn();
      const wrong = await serviceTokens(`${SECRET}!`, 'staging').sign();
      const elsewhere = await serviceTokens(SECRET, 'prod').sign();
      for (const [path, body] of [
        ['sessions/use', { key }],
        ['sessions/end', { key, everywhere: true }],
        ['notes/read', { key, session: null }],
      ] as const)
        // prettier-ignore
        for (const token of [wrong, elsewhere, '', await person()])
          expect((await ask(path, body, api, token)).status).toBe(401);
      expect((await ask('sessions/use', { key })).status).toBe(200);
    });

    it('are for nobody where no secret is set', async () => {
      const unset = await startApi(database(), { authenticator: believing(issuer.url, database()), service: null }); // prettier-ignore
      for (const token of [await service.sign(), await serviceTokens('', 'staging').sign()]) {
        const asked = ['issuer', 'sessions/use', 'notes/read'].map((path) => ask(path, { key: keyOf() }, unset, token)); // prettier-ignore
        expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([404, 404, 404]);
      }
    });

    it('let nobody guess on; ehr-web is served meanwhile', async () => {
      const own = await startApi(database(), { service });
      const guess = (remoteAddress: string, token: string) =>
        own.send({ method: 'GET', url: '/web/issuer', remoteAddress, headers: { 'ehr-service': token, 'x-forwarded-for': '203.0.113.9' } }); // prettier-ignore
      for (let n = 0; n < 60; n += 1) expect((await guess('192.0.2.7', `a.b.${n}`)).status).toBe(401);
      const { status, headers, body } = await guess('192.0.2.7', 'a.b.c');
      expect([status, body.issue[0]?.code, Number(headers['retry-after'])]).toEqual([429, 'throttled', expect.any(Number)]); // prettier-ignore
      expect((await guess('192.0.2.7', await service.sign())).status).toBe(200);
      expect((await guess('192.0.2.8', 'a.b.c')).status).toBe(401);
    });

    it('keep nothing that can be read here', async () => {
      const secret = randomBytes(32);
      const key = keyOf(secret);
      const token = await person();
      await ask('sessions/sign-in', { key, sealed: sealed('x'), idle: 900, most: 900, token, types: [] });
      const rows = await database().query('select * from web_session');
      expect(JSON.stringify(rows)).not.toContain(token);
      expect(JSON.stringify(rows)).not.toContain(secret.toString('base64url'));
      expect(api.logLines.join('')).not.toContain(token);
    });

    it.each([[{}], [{ key: 'short' }], [{ key: keyOf(), more: true }], ['no JSON']])('refuse %j, and say that both have to be of the same release', async (body) => {
      const { status } = await ask('sessions/use', body as object);
      expect(status).toBe(400);
    }); // prettier-ignore

    it('have notes that nobody else reads, and that go with them', async () => {
      const [one, two] = [await signIn(), await signIn()];
      const note = { key: keyOf(), sealed: sealed('searched'), seconds: 60 };
      await ask('notes/keep', { ...note, session: one.key });
      const read = async (session: string | null) => (await ask('notes/read', { key: note.key, session }, other)).status; // prettier-ignore
      expect([await read(one.key), await read(two.key), await read(null)]).toEqual([200, 404, 404]);
      await ask('sessions/end', { key: one.key, everywhere: false });
      expect(await read(one.key)).toBe(404);
      const more = { key: keyOf(), sealed: sealed('x'), seconds: 60 };
      expect((await ask('notes/keep', { ...more, session: one.key })).status).toBe(404);
      expect((await ask('notes/keep', { ...more, session: null })).status).toBe(404);
      for (let n = 0; n < 205; n += 1) await ask('notes/keep', { ...more, key: keyOf(), session: two.key });
      const [{ count } = { count: 0 }] = await database().query<{ count: number }>(
        "select count(*)::int as count from web_note where session = decode($1, 'base64')",
        [Buffer.from(two.key, 'base64url').toString('base64')],
      );
      expect(count).toBe(200);
    });

    it('believe the address of a browser when a service of ours says it', async () => {
      const token = await person({ sub: 'forwarded' });
      const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': '198.51.100.9' };
      await api.get('/fhir/Patient/forwarded', headers);
      await api.get('/fhir/Patient/forwarded', { ...headers, 'ehr-service': await service.sign() });
      const events = await auditor('altid=forwarded');
      await api.get('/fhir/Patient/forwarded', { ...headers, 'x-forwarded-for': 'made up', 'ehr-service': await service.sign() }); // prettier-ignore
      expect((await auditor('altid=forwarded')).map(({ agent }) => agent[0])[0]).toMatchObject({
        network: { address: '127.0.0.1' },
      });
      expect(events.map(({ agent }) => agent[0])).toMatchObject([{ network: { address: '198.51.100.9' } }, { network: { address: '127.0.0.1' } }]); // prettier-ignore
    });
  });
}
