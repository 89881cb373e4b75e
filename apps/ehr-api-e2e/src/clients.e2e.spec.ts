import { MedplumClient } from '@medplum/core';
import { Client } from 'fhir-kit-client';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeClients, type Json, MRN, patient } from '../test/describe-clients.ts';

describeClients('clients', (service) => {
  describe('fhir-kit-client', () => {
    let client: Client;
    beforeAll(() => {
      client = new Client({ baseUrl: `${service().url}/fhir` });
    });
    const create = async (value: string, headers: Record<string, string> = {}) =>
      (await client.create({
        resourceType: 'Patient',
        body: patient(value),
        options: { headers },
      })) as unknown as Json;
    const status = (asked: Promise<unknown>) =>
      asked.then(
        () => 200,
        (error: { response: { status: number } }) => error.response.status,
      );

    it('reads what the server can', async () => {
      const statement = (await client.capabilityStatement()) as unknown as { rest: { resource: object[] }[] };
      expect(statement.rest[0]?.resource).toHaveLength(146);
    });

    it('creates, reads, updates, patches, deletes, and reads versions', async () => {
      const { id } = await create('k1');
      const own = { resourceType: 'Patient', id } as const;
      expect(await client.read(own)).toMatchObject({ id, meta: { versionId: '1' } });
      const updated = await client.update({ ...own, body: { ...patient('k1'), id, active: true } });
      expect(updated).toMatchObject({ active: true, meta: { versionId: '2' } });
      const patched = await client.patch({
        ...own,
        jsonPatch: [{ op: 'replace', path: '/active', value: false }],
      });
      expect(patched).toMatchObject({ active: false, meta: { versionId: '3' } });
      expect(await client.vread({ ...own, version: '1' })).toMatchObject({ meta: { versionId: '1' } });
      await client.delete(own);
      expect(await status(client.read(own))).toBe(410);
      expect(await status(client.read({ ...own, id: 'nobody' }))).toBe(404);
    });

    it('creates and updates under conditions', async () => {
      const first = await create('k2', { 'If-None-Exist': `identifier=${MRN}|k2` });
      expect((await create('k2', { 'If-None-Exist': `identifier=${MRN}|k2` })).id).toBe(first.id);
      const searchParams = { identifier: `${MRN}|k2` };
      const updated = await client.update({ resourceType: 'Patient', searchParams, body: patient('k2') });
      expect(updated).toMatchObject({ id: first.id, meta: { versionId: '2' } });
      const stale = { headers: { 'If-Match': 'W/"1"' } };
      const body = { ...patient('k2'), id: first.id };
      expect(
        await status(client.update({ resourceType: 'Patient', id: first.id, body, options: stale })),
      ).toBe(412);
    });

    it('searches by GET and by POST, page by page', async () => {
      for (let count = 0; count < 3; count += 1) await create('k3');
      const searchParams = { identifier: `${MRN}|k3`, _count: 2 };
      const page = (await client.search({ resourceType: 'Patient', searchParams })) as unknown as Json;
      expect(page.entry).toHaveLength(2);
      const next = (await client.nextPage({ bundle: page as never })) as unknown as Json;
      expect(next.entry).toHaveLength(1);
      expect(next.link?.map(({ relation }) => relation)).not.toContain('next');
      const back = (await client.prevPage({ bundle: next as never })) as unknown as Json;
      const idsOf = ({ entry }: Json) => entry?.map(({ resource }) => resource.id);
      expect(idsOf(back)).toEqual(idsOf(page));
      const posted = await client.search({
        resourceType: 'Patient',
        searchParams,
        options: { postSearch: true },
      });
      expect((posted as unknown as Json).entry).toHaveLength(2);
    });

    it('searches a chart, and several types', async () => {
      const { id } = await create('k7');
      const weight = { resourceType: 'Observation', status: 'final', code: { text: 'Weight' }, subject: { reference: `Patient/${id}` } }; // prettier-ignore
      await client.create({ resourceType: 'Observation', body: weight });
      const compartment = { resourceType: 'Patient', id };
      const found = await client.compartmentSearch({ resourceType: 'Observation', compartment });
      expect((found as unknown as Json).entry).toHaveLength(1);
      const searchParams = { _type: 'Patient,Observation', _id: id };
      const all = (await client.systemSearch({ searchParams })) as unknown as Json;
      expect(all.entry?.map(({ resource }) => resource.id)).toEqual([id]);
    });

    it('reads histories of one, of a type and of all', async () => {
      const { id } = await create('k4');
      for (const asked of [{ resourceType: 'Patient', id }, { resourceType: 'Patient' }, {}]) {
        const { entry } = (await client.history(asked)) as unknown as Json;
        expect(entry?.[0]?.resource.id).toBe(id);
      }
    });

    it('sends batches and transactions', async () => {
      const entry = [{ resource: patient('k5'), request: { method: 'POST', url: 'Patient' } }];
      for (const type of ['batch', 'transaction'] as const) {
        const body = { resourceType: 'Bundle', type, entry } as never;
        const answer = (await client[type]({ body })) as unknown as Json;
        expect(answer.entry?.map(({ response }) => response.status)).toEqual(['201 Created']);
      }
    });

    it('resolves a reference', async () => {
      const { id } = await create('k6');
      expect(await client.resolve({ reference: `Patient/${id}` })).toMatchObject({ id });
    });
  });

  describe('MedplumClient', () => {
    let client: MedplumClient;
    beforeAll(() => {
      // It remembers answers for a while; here every one is to be the server's.
      client = new MedplumClient({ baseUrl: `${service().url}/`, fhirUrlPath: 'fhir', cacheTime: 0 });
    });

    it('creates, reads, updates, patches, deletes, and reads versions', async () => {
      const created = await client.createResource(patient('m1'));
      const id = created.id;
      expect(await client.readResource('Patient', id)).toMatchObject({ id });
      const updated = await client.updateResource({ ...created, active: true });
      expect(updated).toMatchObject({ meta: { versionId: '2' } });
      const patched = await client.patchResource('Patient', id, [
        { op: 'replace', path: '/active', value: false },
      ]);
      expect([patched.active, patched.meta?.versionId]).toEqual([false, '3']);
      expect((await client.readVersion('Patient', id, '1')).meta?.versionId).toBe('1');
      expect((await client.readHistory('Patient', id)).entry).toHaveLength(3);
      await client.deleteResource('Patient', id);
      await expect(client.readResource('Patient', id)).rejects.toThrowError('deleted');
    });

    it('creates what is not there, and writes what is', async () => {
      const query = `identifier=${MRN}|m2`;
      const first = await client.createResourceIfNoneExist(patient('m2'), query);
      expect((await client.createResourceIfNoneExist(patient('m2'), query)).id).toBe(first.id);
      const upserted = await client.upsertResource({ ...patient('m2'), active: true }, query);
      expect([upserted.id, upserted.active]).toEqual([first.id, true]);
    });

    it('searches', async () => {
      await client.createResource(patient('m3'));
      expect((await client.search('Patient', `identifier=${MRN}|m3`)).entry).toHaveLength(1);
      expect((await client.searchOne('Patient', { identifier: `${MRN}|m3` }))?.identifier?.[0]?.value).toBe(
        'm3',
      );
      expect(await client.searchResources('Patient', { identifier: `${MRN}|none` })).toHaveLength(0);
      let pages = 0;
      for await (const page of client.searchResourcePages('Patient', { family: 'Lovelace', _count: '1' })) {
        expect(page).toHaveLength(1);
        pages += 1;
      }
      expect(pages).toBeGreaterThan(1);
    });

    it('sends batches, and a file', async () => {
      const answer = await client.executeBatch({
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [{ resource: patient('m4'), request: { method: 'POST', url: 'Patient' } }],
      });
      expect(answer.entry?.[0]?.response?.status).toMatch(/^201/);
      const binary = await client.createBinary({ data: 'pdf', contentType: 'application/pdf' });
      expect(await (await client.download(client.fhirUrl('Binary', binary.id).href)).text()).toBe('pdf');
    });
  });
});
