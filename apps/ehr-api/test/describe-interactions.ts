import { beforeAll, describe, expect, it } from 'vitest';
import { defaults } from '../src/config/fhir-settings.ts';
import type { Database } from '../src/database/database.ts';
import { type RunningApi, startApi, write } from './start-api.ts';

const observation = {
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
  valueQuantity: { value: 70.5, unit: 'kg' },
};
const JSON_PATCH = { 'content-type': 'application/json-patch+json' };

/** Everything one does with a resource of any type, the same on every database. */
export function describeInteractions(database: () => Database): void {
  describe('interactions', () => {
    let api: RunningApi;
    beforeAll(async () => {
      api = await startApi(database());
    });

    const created = async (resource: object = observation) => {
      const { resourceType } = resource as { resourceType: string };
      const { body, status } = await api.send(write('POST', `/fhir/${resourceType}`, resource));
      expect(status).toBe(201);
      return { id: body.id, url: `/fhir/${resourceType}/${body.id}`, body };
    };
    const remove = (url: string, headers: Record<string, string> = {}) =>
      api.send({ method: 'DELETE', url, headers });

    it('gives back the same tokens in the same order, whatever JavaScript makes of them', async () => {
      const text =
        '{"valueQuantity":{"value":1.10},"status" : "final",\n"code":{"text":"\\u00e4 😀"},"resourceType":"Observation","extension":[{"url":"urn:x","valueDecimal":1E+2}]}';
      const { body } = await api.send(write('POST', '/fhir/Observation', text));
      const read = await api.app.inject(`/fhir/Observation/${body.id}`);
      expect(read.body).toContain(
        '"valueQuantity":{"value":1.10},"status":"final","code":{"text":"\\u00e4 😀"},"extension":[{"url":"urn:x","valueDecimal":1E+2}]}',
      );
    });

    it('answers HEAD as GET, without the body', async () => {
      const { url } = await created();
      const head = await api.send({ method: 'HEAD', url });
      expect([head.status, head.body, head.headers['etag']]).toEqual([200, undefined, 'W/"1"']);
    });

    it('deletes: gone for readers and searches, there in the history, and once only', async () => {
      const { id, url } = await created();
      expect((await remove(url)).status).toBe(204);
      expect((await remove(url)).status).toBe(204);
      const read = await api.get(url);
      expect([read.status, read.headers['etag'], read.body.issue[0]?.code]).toEqual([
        410,
        'W/"2"',
        'deleted',
      ]);
      expect((await api.get(`/fhir/Observation?_id=${id}`)).body.entry).toBeUndefined();
      expect((await api.get(`${url}/_history/2`)).status).toBe(410);
      expect((await api.get(`${url}/_history/1`)).status).toBe(200);
      const { body } = await api.get(`${url}/_history`);
      expect(body.entry?.map(({ request }) => request)).toEqual([
        { method: 'DELETE', url: `Observation/${id}` },
        { method: 'POST', url: 'Observation' },
      ]);
      expect((await remove('/fhir/Observation/never-was')).status).toBe(204);
    });

    it('brings back what was deleted as its next version', async () => {
      const { id, url } = await created();
      await remove(url);
      const again = await api.send(write('PUT', url, { ...observation, id }));
      expect([again.status, again.headers['etag']]).toEqual([201, 'W/"3"']);
    });

    it('does not delete what others refer to, and names who does', async () => {
      const patient = await created({ resourceType: 'Patient' });
      const other = await created({ ...observation, subject: { reference: `Patient/${patient.id}` } });
      const refused = await remove(patient.url);
      expect([refused.status, refused.body.issue[0]?.diagnostics]).toEqual([
        409,
        expect.stringContaining(`Observation/${other.id} refers to it`),
      ]);
      expect((await api.get(patient.url)).status).toBe(200);
      const lenient = await startApi(database(), {
        settings: { ...defaults.settings, deletesReferenced: true },
      });
      expect((await lenient.send({ method: 'DELETE', url: patient.url })).status).toBe(204);
    });

    it('patches, and keeps the text of numbers', async () => {
      const { body } = await api.send(
        write(
          'POST',
          '/fhir/Observation',
          '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.10}}',
        ),
      );
      const url = `/fhir/Observation/${body.id}`;
      const operations =
        '[{"op":"test","path":"/status","value":"final"},{"op":"replace","path":"/status","value":"amended"},{"op":"add","path":"/component","value":[{"code":{"text":"y"},"valueQuantity":{"value":2.50}}]}]';
      const patched = await api.send(write('PATCH', url, operations, JSON_PATCH));
      expect([patched.status, patched.headers['etag']]).toEqual([200, 'W/"2"']);
      const text = (await api.app.inject(url)).body;
      expect(text).toContain('"status":"amended"');
      expect(text).toContain('"value":1.10');
      expect(text).toContain('"value":2.50');
    });

    it.each<[string, number, unknown]>([
      ['a test that fails', 422, [{ op: 'test', path: '/status', value: 'amended' }]],
      ['a path to nothing', 422, [{ op: 'replace', path: '/component/0/code', value: {} }]],
      ['what makes it invalid', 400, [{ op: 'remove', path: '/status' }]],
      ['another id', 400, [{ op: 'replace', path: '/id', value: 'other' }]],
      ['an operation that is none', 400, [{ op: 'become', path: '/status' }]],
    ])('refuses a patch with %s, and changes nothing', async (_name, status, operations) => {
      const { url } = await created();
      expect((await api.send(write('PATCH', url, operations, JSON_PATCH))).status).toBe(status);
      expect((await api.get(url)).body.meta.versionId).toBe('1');
    });

    it('writes under conditions: lists of ETags, any, and none', async () => {
      const { id, url } = await created();
      const put = (headers: Record<string, string>) =>
        api.send(write('PUT', url, { ...observation, id }, headers));
      expect((await put({ 'if-none-match': '*' })).status).toBe(412);
      expect((await put({ 'if-match': 'W/"7", W/"1"' })).status).toBe(200);
      expect((await put({ 'if-match': '*' })).status).toBe(200);
      expect((await remove(url, { 'if-match': 'W/"1"' })).status).toBe(412);
      const fresh = write('PUT', '/fhir/Observation/if-none', { ...observation, id: 'if-none' }, { 'if-none-match': '*' }); // prettier-ignore
      expect([(await api.send(fresh)).status, (await api.send(fresh)).status]).toEqual([201, 412]);
      const missing = write(
        'PUT',
        '/fhir/Observation/if-any',
        { ...observation, id: 'if-any' },
        { 'if-match': '*' },
      );
      expect((await api.send(missing)).status).toBe(412);
    });

    it('reads under conditions', async () => {
      const { url, body } = await created();
      const at = new Date(Math.ceil(Date.parse(body.meta.lastUpdated) / 1000) * 1000).toUTCString();
      expect((await api.get(url, { 'if-modified-since': at })).status).toBe(304);
      expect((await api.get(url, { 'if-modified-since': 'Mon, 01 Jan 2001 00:00:00 GMT' })).status).toBe(200);
      expect((await api.get(url, { 'if-none-match': 'W/"9", W/"1"' })).status).toBe(304);
    });

    it('creates once under a condition, however many ask at the same time', async () => {
      const identifier = [{ system: 'urn:mrn', value: 'six-at-once' }];
      const register = () =>
        api.send(write('POST', '/fhir/Patient', { resourceType: 'Patient', identifier }, { 'if-none-exist': 'identifier=urn:mrn|six-at-once' })); // prettier-ignore
      const answers = await Promise.all(Array.from({ length: 6 }, register));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
      await created({ resourceType: 'Patient', identifier });
      expect((await register()).status).toBe(412);
    });

    it('updates, patches and deletes what a condition finds', async () => {
      const identifier = [{ system: 'urn:mrn', value: 'conditional' }];
      const url = '/fhir/Patient?identifier=urn:mrn%7Cconditional';
      const patient = { resourceType: 'Patient', identifier };
      const made = await api.send(write('PUT', url, patient));
      expect(made.status).toBe(201);
      const updated = await api.send(write('PUT', url, { ...patient, active: true }));
      expect([updated.status, updated.body.id]).toEqual([200, made.body.id]);
      expect((await api.send(write('PUT', url, { ...patient, id: 'another' }))).status).toBe(400);
      const patched = await api.send(
        write('PATCH', url, [{ op: 'replace', path: '/active', value: false }], JSON_PATCH),
      );
      expect([patched.status, patched.headers['etag']]).toEqual([200, 'W/"3"']);
      await created(patient);
      for (const request of [write('PUT', url, patient), { method: 'DELETE', url } as const])
        expect((await api.send(request)).status).toBe(412);
      expect((await remove('/fhir/Patient?identifier=urn:mrn%7Cnobody')).status).toBe(204);
      expect((await remove(`${url}&_id=${made.body.id}`)).status).toBe(204);
      expect((await api.get(`/fhir/Patient/${made.body.id}`)).status).toBe(410);
    });

    it('answers writes as Prefer wants it', async () => {
      const post = (prefer: string) => api.send(write('POST', '/fhir/Observation', observation, { prefer }));
      expect((await post('return=minimal')).body).toBeUndefined();
      expect((await post('return=OperationOutcome')).body.resourceType).toBe('OperationOutcome');
      expect((await post('return=representation')).body.resourceType).toBe('Observation');
    });

    it('shows a part of a resource, marked as one', async () => {
      const { url } = await created({
        ...observation,
        text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' },
        note: [{ text: 'x' }],
      });
      const keys = async (query: string) => {
        const { body } = await api.get(`${url}?${query}`);
        return [Object.keys(body).slice(3).join(' '), JSON.stringify(body.meta).includes('SUBSETTED')];
      };
      expect(await keys('_elements=valueQuantity')).toEqual(['status code valueQuantity', true]);
      expect(await keys('_summary=true')).toEqual(['status code valueQuantity', true]);
      expect(await keys('_summary=text')).toEqual(['status code text', true]);
      expect(await keys('_summary=data')).toEqual(['status code valueQuantity note', true]);
      expect(await keys('_summary=false')).toEqual(['status code valueQuantity text note', false]);
      expect((await api.get(`${url}?_summary=some`)).status).toBe(400);
      expect((await api.app.inject(`${url}?_pretty=true`)).body).toMatch(
        /^\{\n {2}"resourceType": "Observation",\n/,
      );
    });

    it('keeps a Binary as it was sent, and gives it to nobody as a page', async () => {
      const data = Buffer.from([0, 255, 10, 128]);
      const sent = await api.app.inject({ method: 'POST', url: '/fhir/Binary', payload: data, headers: { 'content-type': 'image/png' } }); // prettier-ignore
      expect(sent.statusCode).toBe(201);
      const { id } = sent.json<{ id: string }>();
      const raw = await api.app.inject({ url: `/fhir/Binary/${id}`, headers: { accept: 'image/*' } });
      expect([raw.headers['content-type'], raw.rawPayload]).toEqual(['image/png', data]);
      expect(raw.headers['content-disposition']).toBe('attachment');
      const json = (await api.get(`/fhir/Binary/${id}`, { accept: 'application/fhir+json' })).body;
      expect(json).toMatchObject({ contentType: 'image/png', data: data.toString('base64') });
    });

    it('finds by reference, with and without its type', async () => {
      const patient = await created({ resourceType: 'Patient' });
      const { id } = await created({ ...observation, subject: { reference: `Patient/${patient.id}` } });
      for (const query of [
        `subject=Patient/${patient.id}`,
        `subject=${patient.id}`,
        `patient=${patient.id}`,
        `subject:Patient=${patient.id}`,
      ])
        // prettier-ignore
        expect((await api.get(`/fhir/Observation?${query}`)).body.entry?.map(({ resource }) => resource.id)).toEqual([id]);
      expect((await api.get(`/fhir/Observation?subject:Group=${patient.id}`)).body.entry).toBeUndefined();
    });

    it('loses nothing of many writers at once', async () => {
      const { id, url } = await created();
      const put = () => api.send(write('PUT', url, { ...observation, id }));
      const answers = await Promise.all(Array.from({ length: 64 }, put));
      expect(answers.map(({ headers }) => headers['etag']).sort()).toEqual(
        Array.from({ length: 64 }, (_, n) => `W/"${n + 2}"`).sort(),
      );
      expect((await api.get(`${url}/_history?_count=100`)).body.total).toBe(65);
    });
  });
}
