import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import smart from 'fhirclient';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeClients, type Json, MRN, patient } from '../test/describe-clients.ts';

type Client = ReturnType<typeof smart.client>;
const observation = (subject: string, performer: string) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject: { reference: `Patient/${subject}` },
  performer: [{ reference: `Patient/${performer}` }],
});
const json = { 'content-type': 'application/fhir+json' };

describeClients('clients_smart', (service) => {
  describe('fhirclient', () => {
    let connect: (patientId?: string) => Client;
    let client: Client;
    beforeAll(() => {
      // It belongs into a web server; who asks that one is of no importance here.
      const asked = new IncomingMessage(new Socket());
      const api = smart(asked, new ServerResponse(asked));
      connect = (patientId) =>
        api.client({
          serverUrl: `${service().url}/fhir`,
          ...(patientId !== undefined && { tokenResponse: { patient: patientId } }),
        });
      client = connect();
    });
    const create = (resource: object, headers: Record<string, string> = {}): Promise<Json> =>
      client.create<Json>(resource, { headers });
    const request = (method: string, url: string, body?: unknown, headers: Record<string, string> = json) =>
      client.request<Json>({ method, url, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }); // prettier-ignore
    const refusalOf = (asked: Promise<unknown>) =>
      asked.then(
        () => ({ status: 200, message: '' }),
        ({ status, message }: { status: number; message: string }) => ({ status, message }),
      );

    it('reads what the server is', async () => {
      expect(await client.getFhirVersion()).toBe('4.0.1');
      expect(await client.getFhirRelease()).toBe(4);
    });

    it('creates, updates, patches and deletes', async () => {
      const { id } = await create(patient('s1'));
      const updated = await client.update({ ...patient('s1'), id, active: true });
      expect(updated).toMatchObject({ id, active: true, meta: { versionId: '2' } });
      const patched = await client.patch(`Patient/${id}`, [{ op: 'replace', path: '/active', value: false }]);
      expect(patched).toMatchObject({ active: false, meta: { versionId: '3' } });
      await client.delete(`Patient/${id}`);
      expect((await refusalOf(client.request(`Patient/${id}`))).status).toBe(410);
    });

    it('follows Location where a create answers without the resource', async () => {
      const created = await create(patient('s2'), { prefer: 'return=minimal' });
      expect(created).toMatchObject({ ...patient('s2'), meta: { versionId: '1' } });
    });

    it('requests with every method', async () => {
      const { id } = await request('POST', 'Patient', patient('s3'));
      const at = `Patient/${id}`;
      expect(await client.request(at)).toMatchObject({ id });
      const head = await client.request<{ response: Response }>({ method: 'HEAD', url: at, includeResponse: true }); // prettier-ignore
      expect([head.response.status, head.response.headers.get('etag')]).toEqual([200, 'W/"1"']);
      expect((await request('PUT', at, { ...patient('s3'), id }, { ...json, 'if-match': 'W/"1"' })).meta.versionId).toBe('2'); // prettier-ignore
      const patch = [{ op: 'add', path: '/active', value: true }];
      const patched = await request('PATCH', at, patch, { 'content-type': 'application/json-patch+json' });
      expect(patched).toMatchObject({ active: true, meta: { versionId: '3' } });
      const found = await client.request<Json>({
        method: 'POST',
        url: 'Patient/_search',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ identifier: `${MRN}|s3` }).toString(),
      });
      expect(found.entry?.map(({ resource }) => resource.id)).toEqual([id]);
      await request('DELETE', at);
      expect((await refusalOf(client.request(at))).status).toBe(410);
    });

    it('says why it was refused', async () => {
      const invalid = await refusalOf(create({ ...patient('s4'), gender: 'x' }));
      expect(invalid).toMatchObject({
        status: 400,
        message: expect.stringContaining('Patient.gender') as string,
      });
      const stale = request('DELETE', `Patient/${(await create(patient('s4'))).id}`, undefined, { 'if-match': 'W/"9"' }); // prettier-ignore
      expect((await refusalOf(stale)).status).toBe(412);
    });

    it('reads versions, and histories of one, of a type and of all', async () => {
      const { id } = await create(patient('s5'));
      await client.update({ ...patient('s5'), id, active: true });
      expect(await client.request(`Patient/${id}/_history/1`)).toMatchObject({ meta: { versionId: '1' } });
      for (const url of [`Patient/${id}/_history`, 'Patient/_history', '_history'])
        expect((await client.request<Json>(url)).entry?.[0]?.resource).toMatchObject({ id, active: true });
    });

    it('searches page by page', async () => {
      for (let count = 0; count < 5; count += 1) await create(patient('s6'));
      const url = `Patient?identifier=${MRN}|s6&_count=2`;
      const sizes = (pages: readonly Json[]) => pages.map(({ entry }) => entry?.length);
      expect((await client.request<Json>(url)).entry).toHaveLength(2);
      expect(sizes(await client.request<Json[]>(url, { pageLimit: 2 }))).toEqual([2, 2]);
      expect(sizes(await client.request<Json[]>(url, { pageLimit: 0 }))).toEqual([2, 2, 1]);
      const all = await client.request<Json[]>(url, { pageLimit: 0, flat: true });
      expect(new Set(all.map(({ id }) => id)).size).toBe(5);
      const seen: Json[] = [];
      await client.request(url, { pageLimit: 0, onPage: (page) => void seen.push(page as unknown as Json) });
      expect(sizes(seen)).toEqual([2, 2, 1]);
      const [pages, resources]: [Json[], string[]] = [[], []];
      for await (const page of client.pages(url)) pages.push(page as never);
      for await (const { id } of client.resources(url, { limit: 3 })) resources.push(id ?? '');
      expect([sizes(pages), resources]).toEqual([[2, 2, 1], all.slice(0, 3).map(({ id }) => id)]);
    });

    it('resolves references', async () => {
      const [one, other] = [await create(patient('s7')), await create(patient('s8'))];
      const { id } = await create(observation(one.id, other.id));
      const resolveReferences = ['subject', 'performer'];
      const resolved = await client.request<Json>(`Observation/${id}`, { resolveReferences });
      expect(resolved).toMatchObject({ subject: patient('s7'), performer: [patient('s8')] });
      const { references } = await client.request<{ references: object }>(`Observation?subject=Patient/${one.id}`, { resolveReferences: ['subject'], graph: false }); // prettier-ignore
      expect(references).toMatchObject({ [`Patient/${one.id}`]: patient('s7') });
      const own = await client.request<never>(`Observation/${id}`);
      expect(await client.getReferences(own, ['subject'])).toMatchObject({ [`Patient/${one.id}`]: patient('s7') }); // prettier-ignore
      await client.resolveReferences(own, ['subject']);
      expect(own).toMatchObject({ subject: patient('s7') });
    });

    it('asks about the patient that it was launched for', async () => {
      const [mine, other] = [await create(patient('s9')), await create(patient('s10'))];
      for (const { id } of [mine, other]) await create(observation(id, mine.id));
      const launched = connect(mine.id);
      expect(await launched.patient.read()).toMatchObject(patient('s9'));
      const found = await launched.patient.request<Json>('Observation');
      expect(found.entry?.map(({ resource }) => resource)).toMatchObject([observation(mine.id, mine.id)]);
    });

    it('sends batches and transactions', async () => {
      const entry = [
        { fullUrl: 'urn:uuid:6f0a1c52-3b3a-4a0e-8f0e-0a4b7b8f9c01', resource: patient('s11'), request: { method: 'POST', url: 'Patient' } },
        { request: { method: 'GET', url: `Patient?identifier=${MRN}|s11` } },
      ]; // prettier-ignore
      for (const [count, type] of [[1, 'batch'], [2, 'transaction']] as const) {
        const answer = await request('POST', '', { resourceType: 'Bundle', type, entry });
        expect(answer.entry?.map(({ response }) => response.status)).toEqual(['201 Created', '200 OK']);
        expect(answer.entry?.[1]?.resource.entry).toHaveLength(count);
      } // prettier-ignore
    });

    it('gets a file as it was sent', async () => {
      const headers = { 'content-type': 'application/pdf' };
      const { id } = await client.request<Json>({ method: 'POST', url: 'Binary', headers, body: 'pdf' });
      const raw = await client.request<Response>({ url: `Binary/${id}`, headers: { accept: 'application/pdf' } }); // prettier-ignore
      expect(await raw.text()).toBe('pdf');
    });
  });
});
