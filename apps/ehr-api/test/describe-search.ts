import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { type Json, type RunningApi, startApi, write } from './start-api.ts';

const MRN = 'urn:search-suite:mrn';
const patient = (
  value: string,
  family: string,
  given: string[],
  birthDate?: string,
  system: string | undefined = MRN,
) => ({
  resourceType: 'Patient',
  identifier: [{ ...(system ? { system } : {}), value }],
  name: [{ family, given }],
  ...(birthDate ? { birthDate } : {}),
});
const people = [
  patient('S1', 'Übelmann', ['Zoë', 'Anna'], '1980-05-17'),
  patient('S2', 'Ubelohde', ['Jan'], '1980-06-01'),
  patient('S3', 'van der Übel', ['Li'], '1980'),
  patient('S4', "O'Übel, Jr.", ['100%'], '1981-01'),
  patient('S5', 'Ubelohde', ['Ann'], undefined, ''),
];

/** Search by every parameter, the same on every database. */
export function describeSearch(database: () => Database): void {
  describe('search', () => {
    let api: RunningApi;
    beforeAll(async () => {
      api = await startApi(database());
      for (const person of people) await api.create(person);
      const coded = { coding: [{ code: 'shared-code' }] };
      const other = { resourceType: 'Observation', status: 'final' };
      for (const observation of [
        { ...other, code: { ...coded, text: 'of code' }, subject: { reference: 'Patient/shared' } },
        {
          ...other,
          code: { text: 'of a component' },
          component: [{ code: coded }],
          subject: { reference: 'Group/shared' },
        },
      ])
        expect((await api.send(write('POST', '/fhir/Observation', observation))).status).toBe(201);
    });

    const found = async (query: string): Promise<string> => {
      const { body } = await api.get(`/fhir/Patient?${query}`);
      const entries = body.entry ?? [];
      return entries
        .map(({ resource }) => resource.identifier[0]?.value)
        .sort()
        .join(' ');
    };

    it.each([
      ['family=ubel', 'S1 S2 S5'],
      ['family=ÜBELM', 'S1'],
      ['family:exact=Übelmann', 'S1'],
      ['family:exact=übelmann', ''],
      ['family:contains=BEL', 'S1 S2 S3 S4 S5'],
      ["family=o'ubel\\, jr", 'S4'],
      ['given=ann&family=ubel', 'S1 S5'],
      ['given=zoe,jan', 'S1 S2'],
      ['given:contains=%25', 'S4'],
      ['given:contains=_', ''],
      ['name=ubel&name=der', 'S3'],
      ['name=ubel&given=li', 'S3'],
      ['name:exact=van der Übel', 'S3'],
      ['name:exact=Übel', ''],
      ['birthdate=1980-05-17', 'S1'],
      ['name=ubel&birthdate=1980', 'S1 S2 S3'],
      ['name=ubel&birthdate=1980-06', 'S2'],
      ['name:contains=ubel&birthdate=ne1980', 'S4'],
      ['name:contains=ubel&birthdate=gt1980-06-01', 'S3 S4'],
      ['name:contains=ubel&birthdate=ge1980-06-01', 'S2 S3 S4'],
      ['name:contains=ubel&birthdate=lt1980-05-17', 'S3'],
      ['name:contains=ubel&birthdate=le1980-05-17', 'S1 S3'],
      ['name:contains=ubel&birthdate=ge1980-05&birthdate=le1980-06', 'S1 S2 S3'],
      [`identifier=${MRN}|S1`, 'S1'],
      ['identifier=S1,S5', 'S1 S5'],
      ['identifier=|S5', 'S5'],
      ['identifier=|S1', ''],
      [`identifier=${MRN}|`, 'S1 S2 S3 S4'],
      ['identifier=s1', ''],
      ['_id=nobody', ''],
    ])('%s finds "%s"', async (query, expected) => {
      expect(await found(query)).toBe(expected);
    });

    it.each([
      ['combo-code=shared-code', 'of a component, of code'],
      ['code=shared-code', 'of code'],
      ['patient=shared', 'of code'],
      ['patient=Patient/shared', 'of code'],
      ['patient=Group/shared', ''],
      ['subject=shared', 'of a component, of code'],
      ['subject=Group/shared', 'of a component'],
      ['subject:Patient=shared', 'of code'],
    ])('finds by what parameters share: Observation?%s is "%s"', async (query, expected) => {
      const { body } = await api.get(`/fhir/Observation?${query}`);
      const words = (body.entry ?? []).map(
        ({ resource }) => (resource as unknown as { code: { text: string } }).code.text,
      );
      expect(words.sort().join(', ')).toBe(expected);
    });

    it('finds by what is not there, by places above and below an address, and about a time', async () => {
      const url = (path: string) => `http://search.example/${path}`;
      const sets = ['a', 'a/b', 'a/b/c', 'ab'].map((path) => ({ resourceType: 'ValueSet', status: 'draft', name: path, url: url(path), date: '2026-01-01' })); // prettier-ignore
      for (const set of sets) await api.send(write('POST', '/fhir/ValueSet', set));
      const names = async (query: string) => {
        const { body } = await api.get(`/fhir/ValueSet?${query}`);
        return (body.entry ?? [])
          .map(({ resource }) => (resource as unknown as { name: string }).name)
          .sort();
      };
      expect(await names(`url:below=${url('a')}`)).toEqual(['a', 'a/b', 'a/b/c']);
      expect(await names(`url:below=${url('a/')}`)).toEqual(['a', 'a/b', 'a/b/c']);
      expect(await names(`url:above=${url('a/b')}`)).toEqual(['a', 'a/b']);
      expect(await names(`url=${url('a/b')},${url('ab')}`)).toEqual(['a/b', 'ab']);
      expect(await names(`url:below=${url('a')}&status:not=draft`)).toEqual([]);
      expect(await names(`url:below=${url('a')}&jurisdiction:not=US&name=a/b/c`)).toEqual(['a/b/c']);
      expect(await names(`url:below=${url('a')}&date=ap2026-01&name=a`)).toHaveLength(3);
      expect(await names(`url:below=${url('a')}&date=ap1999`)).toEqual([]);
    });

    it('finds what is in a patient’s compartment, and knows no other', async () => {
      const path = '/fhir/Patient/shared/Observation';
      const { body } = await api.get(`${path}?code=shared-code`);
      expect([body.entry?.length, body.link[0]?.url]).toEqual([
        1,
        expect.stringMatching(/\/fhir\/Patient\/shared\/Observation\?code=shared-code$/u),
      ]);
      expect((await api.get('/fhir/Patient/nobody/Observation')).body.entry).toBeUndefined();
      const payload = 'code=shared-code';
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const posted = await api.send({ method: 'POST', url: `${path}/_search`, headers, payload });
      expect(posted.body.entry).toHaveLength(1);
      for (const wrong of [
        '/fhir/Patient/1/Organization',
        '/fhir/Practitioner/1/Observation',
        '/fhir/Patient/1/Weight',
      ])
        expect((await api.get(wrong)).status).toBe(404);
    });

    it('searches by form post as by GET', async () => {
      const answer = await api.send({
        method: 'POST',
        url: '/fhir/Patient/_search?_count=1',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: 'family=ubelm',
      });
      expect(answer.body.entry).toHaveLength(1);
      expect(answer.body.link[0]?.url).toMatch(/\/fhir\/Patient\?_count=1&family=ubelm$/u);
    });

    it('refuses what it does not know, and ignores it when asked to', async () => {
      const refused = await api.get('/fhir/Patient?surname=x');
      expect([refused.status, refused.body.issue[0]?.expression]).toEqual([400, ['http.surname']]);
      const lenient = await api.get('/fhir/Patient?surname=x&identifier=S1', { prefer: 'handling=lenient' });
      expect([lenient.status, lenient.body.entry?.length]).toEqual([200, 1]);
      expect(lenient.body.link[0]?.url).toMatch(/\/fhir\/Patient\?identifier=S1$/u);
    });

    it('pages through everyone once, newest first, even when records change in between', async () => {
      const seen: (string | undefined)[] = [];
      let url: string | undefined = '/fhir/Patient?name:contains=ubel&_count=2&_total=accurate';
      while (url) {
        const { body }: { body: Json } = await api.get(url);
        expect(body.total).toBe(5 + (seen.length > 0 ? 1 : 0));
        const page = (body.entry ?? []).map(({ resource }) => resource);
        seen.push(...page.map((resource) => resource.identifier[0]?.value));
        const next = body.link.find((link) => link.relation === 'next');
        if (seen.length === 2) {
          await api.create(patient('S6', 'Übelnew', ['N']));
          await api.send(write('PUT', `/fhir/Patient/${page[0]!.id}`, { ...page[0], active: true }));
        }
        url = next && new URL(next.url).pathname + new URL(next.url).search;
      }
      expect(seen).toEqual(['S5', 'S4', 'S3', 'S2', 'S1']);
    });

    const down = ['05', '04', '03', '02', '01'];
    it.each([
      ['code=paged', down],
      ['code=paged,other', down],
      ['patient=paged', down],
      ['status=final&code=paged', down],
      ['code=paged&_sort=-date', down],
      ['code=paged&_sort=-_id', down],
      ['code=paged&_sort=-_id,date', down],
      ['code=paged&_sort=date', down.toReversed()],
      ['code=paged&_sort=_id', down.toReversed()],
    ])('pages through %s once, in its order, though one changes in between', async (query, order) => {
      const observations = [1, 2, 3, 4, 5].map((day) => ({
        resourceType: 'Observation',
        status: 'final',
        code: { coding: [{ code: 'paged' }, { system: 'urn:p', code: 'paged' }] },
        subject: { reference: 'Patient/paged' },
        effectiveDateTime: `2020-01-0${day}`,
      }));
      const put = async (one: (typeof observations)[number], day: string) => {
        const id = `paged-${day}`;
        const { status } = await api.send(write('PUT', `/fhir/Observation/${id}`, { ...one, id }));
        expect(status).toBeLessThan(300);
      };
      for (const one of observations) await put(one, one.effectiveDateTime);
      const seen: string[] = [];
      let url: string | undefined = `/fhir/Observation?${query}&_count=2`;
      while (url) {
        const { body, status }: { body: Json; status: number } = await api.get(url);
        expect(status).toBe(200);
        seen.push(...(body.entry ?? []).map(({ resource }) => resource.id.slice(-2)));
        // What was seen gets another place: without care it would come again.
        if (seen.length === 2) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          const day = Number(seen[0]);
          const changed = {
            ...observations[day - 1]!,
            effectiveDateTime: day === 5 ? '2019-01-01' : '2021-01-01',
          };
          await put(changed, `2020-01-0${day}`);
        }
        const next = body.link.find((link) => link.relation === 'next');
        url = next && new URL(next.url).pathname + new URL(next.url).search;
      }
      expect(seen).toEqual(order);
    });

    it('counts without showing anyone for _count=0', async () => {
      const { body } = await api.get(`/fhir/Patient?identifier=${MRN}|S1&_count=0`);
      expect([body.total, body.entry]).toEqual([1, undefined]);
    });

    it('counts by what is not there as many as it shows', async () => {
      const query = '/fhir/Patient?family=ubel&identifier:not=S1';
      const [shown, counted] = [await api.get(query), await api.get(`${query}&_count=0`)];
      expect([counted.status, counted.body.total]).toEqual([200, shown.body.entry?.length]);
    });
  });
}
