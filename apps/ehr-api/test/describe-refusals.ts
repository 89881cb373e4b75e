import type { InjectOptions } from 'fastify';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database, Transactional } from '../src/database/database.ts';
import { dependenciesOf, type RunningApi, startApi, write } from './start-api.ts';

const CANARY = 'Zanarienvogel';
const valid = { resourceType: 'Patient', name: [{ family: CANARY }] };

/** Every refusal is an OperationOutcome, and no log line holds patient data, whatever happens. */
export function describeRefusals(database: () => Database): void {
  describe('refusals', () => {
    let api: RunningApi;
    beforeAll(async () => {
      api = await startApi(database());
      await api.send(write('PUT', '/fhir/Patient/refused', { ...valid, id: 'refused' }));
      await api.send(write('PUT', '/fhir/Patient/refused-deleted', { ...valid, id: 'refused-deleted' }));
      await api.send({ method: 'DELETE', url: '/fhir/Patient/refused-deleted' });
    });

    it.each<[number, string, InjectOptions]>([
      [404, 'an unknown address', { method: 'GET', url: `/${CANARY}?name=${CANARY}` }],
      [404, 'an unknown record', { method: 'GET', url: `/fhir/Patient/${CANARY}` }],
      [404, 'an unknown version', { method: 'GET', url: `/fhir/Patient/x/_history/${CANARY}` }],
      [404, 'a type that FHIR has not', { method: 'GET', url: `/fhir/Person2?subject=${CANARY}` }],
      [410, 'a deleted record', { method: 'GET', url: '/fhir/Patient/refused-deleted' }],
      [400, 'an address that cannot be decoded', { method: 'GET', url: `/fhir/Patient/%E0%A4%A${CANARY}` }],
      [400, 'an unknown parameter', { method: 'GET', url: `/fhir/Patient?${CANARY}=${CANARY}` }],
      [400, 'a bad value', { method: 'GET', url: `/fhir/Patient?birthdate=${CANARY}` }],
      [400, 'an id with a NUL', { method: 'GET', url: '/fhir/Patient/%00' }],
      [400, 'a key that is there twice', write('POST', '/fhir/Patient', `{"resourceType":"Patient","active":true,"active":false,"id":"${CANARY}"}`)], // prettier-ignore
      [400, 'deep nesting', write('POST', '/fhir/Patient', `{"resourceType":"Patient","name":${'['.repeat(100_000)}"${CANARY}"${']'.repeat(100_000)}}`)], // prettier-ignore
      [400, 'a null in a list', write('POST', '/fhir/Patient', { ...valid, name: [{ given: [null] }] })],
      [400, 'bytes that are not UTF-8', { ...write('POST', '/fhir/Patient', ''), payload: Buffer.from([0x7b, 0xff, 0x7d]) }], // prettier-ignore
      [415, 'another charset', write('POST', '/fhir/Patient', valid, { 'content-type': 'application/fhir+json; charset=utf-16' })], // prettier-ignore
      [422, 'more values than any record has', write('POST', '/fhir/Patient', { ...valid, name: Array.from({ length: 20_000 }, (_, n) => ({ family: `${CANARY}${n}` })) })], // prettier-ignore
      [400, 'a patch that is none', write('PATCH', '/fhir/Patient/refused', { op: CANARY }, { 'content-type': 'application/json-patch+json' })], // prettier-ignore
      [415, 'a resource as patch', write('PATCH', '/fhir/Patient/refused', valid)],
      [400, 'broken JSON', write('POST', '/fhir/Patient', `{"name": ${CANARY}}`)],
      [400, 'an empty body', write('POST', '/fhir/Patient', '')],
      [400, 'an invalid resource', write('POST', '/fhir/Patient', { ...valid, gender: CANARY, [CANARY]: 1 })],
      [400, 'another id than the URL has', write('PUT', '/fhir/Patient/a', { ...valid, id: 'b' })],
      [400, 'an id that is none', write('PUT', `/fhir/Patient/${CANARY}_`, { ...valid, id: `${CANARY}_` })],
      [400, 'a foreign ETag', write('PUT', '/fhir/Patient/a', { ...valid, id: 'a' }, { 'if-match': CANARY })],
      [405, 'a method', { method: 'DELETE', url: `/fhir/Patient/${CANARY}/_history` }],
      [
        406,
        'an XML reader',
        { method: 'GET', url: '/fhir/Patient', headers: { accept: 'application/fhir+xml' } },
      ],
      [413, 'a large body', write('POST', '/fhir/Patient', { ...valid, language: CANARY.repeat(3_000_000) })],
      [
        415,
        'XML',
        write('POST', '/fhir/Patient', `<${CANARY}/>`, { 'content-type': 'application/fhir+xml' }),
      ],
      [415, 'a body without a type', { method: 'POST', url: '/fhir/Patient', payload: CANARY }],
      [415, 'a form as resource', write('POST', '/fhir/Patient', CANARY, { 'content-type': 'application/x-www-form-urlencoded' })], // prettier-ignore
      [415, 'JSON as search', write('POST', '/fhir/Patient/_search', '{}')],
      [
        400,
        'a condition about everything',
        write('POST', '/fhir/Patient', valid, { 'if-none-exist': `_count=1` }),
      ],
    ])('%s for %s', async (status, _title, request) => {
      const answer = await api.send(request);
      expect([answer.status, answer.body]).toMatchObject([status, { resourceType: 'OperationOutcome', issue: expect.arrayContaining([expect.objectContaining({ severity: 'error' })]) as object }]); // prettier-ignore
      expect(answer.headers['content-type']).toContain('application/fhir+json');
    });

    it('answers 421 to a request for another environment, before it reads anything of it', async () => {
      const failing: Transactional = {
        query: () => Promise.reject(new Error('asked')),
        transaction: () => Promise.reject(new Error('asked')),
      };
      const { createServer } = await import('../src/server/create-server.ts');
      const known = await dependenciesOf(database());
      const context = { ...known.context, on: failing, database: failing };
      const unused = createServer({ ...known, context }, api.app.log);
      const other = { 'ehr-environment': 'prod' };
      for (const request of [
        { method: 'GET', url: '/health', headers: other },
        { method: 'GET', url: `/fhir/Patient?name=${CANARY}`, headers: other },
        write('POST', '/fhir/Patient', '{not JSON', other),
        {
          method: 'POST',
          url: '/fhir/Patient',
          payload: CANARY,
          headers: { ...other, 'content-type': 'text/html' },
        },
      ] as InjectOptions[]) {
        const answer = await unused.inject(request);
        expect([answer.statusCode, answer.headers['ehr-environment']]).toEqual([421, 'staging']);
        expect(answer.json()).toMatchObject({
          resourceType: 'OperationOutcome',
          issue: [
            {
              diagnostics:
                'This is the record service of staging, and the request is for prod; nothing was done. Set EHR_API_URL there to the record service of prod.',
            },
          ],
        });
      }
    });

    it('repeats no odd name of an environment', async () => {
      const { status, body } = await api.get('/fhir/metadata', { 'ehr-environment': `<${CANARY}>` });
      expect([status, JSON.stringify(body)]).toEqual([421, expect.not.stringContaining(CANARY)]);
    });

    it('says which element is wrong', async () => {
      const { body } = await api.create({
        ...valid,
        name: [{ family: CANARY }, { first: 'x' }],
        birthDate: '1.1.80',
      });
      expect(body.issue.map((issue) => issue.expression)).toEqual([
        ['Patient.name[1].first'],
        ['Patient.birthDate'],
      ]);
    });

    it('answers 500 without a word about the cause, and logs where it is', async () => {
      const failing: Transactional = {
        query: (sql) =>
          Promise.reject(Object.assign(new Error(`${sql}: Key (name)=(${CANARY})`), { code: '23505' })),
        transaction: () => Promise.reject(new Error('gone')),
      };
      const other = await startApi(database());
      const known = await dependenciesOf(database());
      const broken = (await import('../src/server/create-server.ts')).createServer(
        { ...known, context: { ...known.context, on: failing, database: failing, tenants: { ...known.context.tenants, health: { query: () => Promise.reject(new Error('gone')) } } } },
        other.app.log,
      ); // prettier-ignore
      const answer = await broken.inject({ method: 'GET', url: `/fhir/Patient?name=${CANARY}` });
      expect([answer.statusCode, answer.body.includes('23505')]).toEqual([500, false]);
      expect((await broken.inject('/health')).statusCode).toBe(503);
      const logged = other.logLines.join('');
      expect(logged).toContain('23505');
      expect(logged).toContain('find-resources.ts');
      expect(logged).not.toContain(CANARY);
    });

    it('has logged every request and no patient data', async () => {
      await api.send(write('PUT', `/fhir/Patient/${CANARY}`, { ...valid, id: CANARY }));
      await api.get(`/fhir/Patient/${CANARY}`);
      await api.get(`/fhir/Patient?name=${CANARY}`);
      const logged = api.logLines.join('');
      expect(api.logLines.length).toBeGreaterThan(20);
      expect(api.logLines.map((line) => JSON.parse(line) as object)).toContainEqual(
        expect.objectContaining({ method: 'GET', route: '/fhir/Patient', status: 200 }),
      );
      expect(logged).not.toMatch(new RegExp(CANARY, 'iu'));
    });
  });
}
