import { beforeAll, describe, expect, it } from 'vitest';
import { defaults } from '../src/config/fhir-settings.ts';
import type { Database } from '../src/database/database.ts';
import { type RunningApi, startApi, write } from './start-api.ts';

/** One more than can be put in order. */
const RESOURCES = 2_001;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** A search that would cost too much is refused, and says what to ask for instead. */
export function describeSearchLimits(database: () => Database): void {
  describe('a search that costs too much', () => {
    let api: RunningApi;
    beforeAll(async () => {
      api = await startApi(database());
      const entry = Array.from({ length: RESOURCES }, (_entry, n) => ({
        resource: { resourceType: 'Basic', code: { text: `Basic ${n}` }, subject: { reference: `Patient/l${n % 60}` } }, // prettier-ignore
        request: { method: 'POST', url: 'Basic' },
      }));
      const bundle = { resourceType: 'Bundle', type: 'batch', entry };
      expect((await api.send(write('POST', '/fhir', bundle, { prefer: 'return=minimal' }))).status).toBe(200);
    });

    const refusal = async (address: string, own = api) => {
      const { status, body } = await own.get(`/fhir/${address}`);
      return [status, body.issue?.[0]?.code];
    };
    const post = (form: string) => api.send({ method: 'POST', url: '/fhir/Patient/_search', headers: FORM, payload: form }); // prettier-ignore

    it('is one by thousands of names, however many ask; health answers meanwhile', async () => {
      const names = Array.from({ length: 2_000 }, () => 'name:contains=a').join('&');
      const answers = await Promise.all(Array.from({ length: 10 }, () => post(names)));
      expect(answers.map(({ status, body }) => [status, body.issue[0]?.code])).toEqual(answers.map(() => [400, 'too-costly'])); // prettier-ignore
      expect((await api.get('/health')).status).toBe(200);
    });

    it.each([
      [`Patient?${Array.from({ length: 128 }, () => 'name=a').join('&')}`, 'too-costly'],
      [`Patient?name=${Array.from({ length: 501 }, () => 'a').join(',')}`, 'too-costly'],
      [
        `Patient?${Array.from({ length: 31 }, () => '_include=Patient:organization').join('&')}`,
        'too-costly',
      ],
      [`ValueSet?url:above=http://a${'/a'.repeat(6_000)}`, 'too-costly'],
      ['Observation?patient.organization.partof.partof.partof.partof.name=x', 'invalid'],
      ['Basic?_sort=code', 'too-costly'],
      ['Basic?_sort=created,subject', 'too-costly'],
      [`Patient?name=${'x'.repeat(201)}`, 'invalid'],
    ])('%.60s is refused (%s)', async (address, code) => {
      expect(await refusal(address)).toEqual([400, code]);
    });

    it('may be put in order when it is narrow', async () => {
      const { status, body } = await api.get('/fhir/Basic?subject=Patient/l7&_sort=-_id,code');
      expect([status, body.entry?.length]).toEqual([200, 20]);
    });

    it('includes as many as the settings say', async () => {
      const settings = { ...defaults.settings, search: { ...defaults.settings.search, includes: 10 } };
      const own = await startApi(database(), { settings });
      expect(await refusal('Basic?_count=20&_revinclude=*&_include=*', own)).toEqual([200, undefined]);
      const patients = Array.from({ length: 20 }, (_entry, n) => ({ resource: { resourceType: 'Patient', id: `l${n}` }, request: { method: 'PUT', url: `Patient/l${n}` } })); // prettier-ignore
      await own.send(write('POST', '/fhir', { resourceType: 'Bundle', type: 'batch', entry: patients }));
      expect(await refusal('Basic?_count=60&_include=Basic:subject', own)).toEqual([400, 'too-costly']);
      expect((await own.get('/fhir/Basic?subject=Patient/l7&_include=Basic:subject')).status).toBe(200);
    });
  });
}
