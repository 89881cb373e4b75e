import type { InjectOptions } from 'fastify';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { type RunningApi, startApi, write } from './start-api.ts';

const CANARY = 'Zanarienvogel';
const div = (content: string) => `<div xmlns="http://www.w3.org/1999/xhtml">${content}</div>`;
const attack = div(`<p>${CANARY}</p><script>alert("${CANARY}")</script>`);
const patient = (narrative: string, others: object = {}) => ({
  resourceType: 'Patient',
  text: { status: 'generated', div: narrative },
  ...others,
});
const entry = (method: string, url: string, resource: object, others: object = {}) => ({
  resource,
  request: { method, url, ...others },
});
const bundle = (type: string, ...entries: object[]) => ({ resourceType: 'Bundle', type, entry: entries });

/** A narrative that holds what runs is refused by whatever way it comes; one that does not comes back as it was sent. */
export function describeNarratives(database: () => Database): void {
  describe('narratives', () => {
    let api: RunningApi;
    beforeAll(async () => {
      api = await startApi(database());
      const own = patient(div('x'), { id: 'narrated', active: true });
      expect((await api.send(write('PUT', '/fhir/Patient/narrated', own))).status).toBe(201);
    });

    const patch = (operation: object) =>
      write('PATCH', '/fhir/Patient/narrated', [operation], {
        'content-type': 'application/json-patch+json',
      });

    it.each<[string, string, InjectOptions]>([
      ['a create', 'Patient.text.div', write('POST', '/fhir/Patient', patient(attack))],
      ['a create on a condition', 'Patient.text.div', write('POST', '/fhir/Patient', patient(attack), { 'if-none-exist': 'identifier=urn:narrative|none' })],
      ['an update', 'Patient.text.div', write('PUT', '/fhir/Patient/narrated', patient(attack, { id: 'narrated' }))],
      ['an update that creates', 'Patient.text.div', write('PUT', '/fhir/Patient/narrated-2', patient(attack, { id: 'narrated-2' }))],
      ['an update on a condition', 'Patient.text.div', write('PUT', '/fhir/Patient?identifier=urn:narrative|none', patient(attack))],
      ['a patch', 'Patient.text.div', patch({ op: 'replace', path: '/text/div', value: attack })],
      ['a patch of the whole narrative', 'Patient.text.div', patch({ op: 'add', path: '/text', value: { status: 'generated', div: attack } })],
      ['a contained resource', 'Patient.contained[0].text.div', write('POST', '/fhir/Patient', { resourceType: 'Patient', contained: [patient(attack, { id: 'c' })] })],
      ['a section', 'Composition.section[0].text.div', write('POST', '/fhir/Composition', { resourceType: 'Composition', status: 'final', type: { text: 'x' }, date: '2026', title: 'x', author: [{ display: 'x' }], section: [{ text: { status: 'generated', div: attack } }] })],
      ['a stored bundle', 'Bundle.entry[0].resource.text.div', write('POST', '/fhir/Bundle', { ...bundle('collection'), entry: [{ resource: patient(attack) }] })],
    ])('are read in %s', async (_, expression, request) => {
      const { status, body } = await api.send(request);
      expect(status).toBe(400);
      const diagnostics = `${expression} breaks rule txt-1: a narrative holds <script>, which is not allowed: remove it.`;
      expect(body.issue).toEqual([{ severity: 'error', code: 'invariant', diagnostics, expression: [expression] }]);
    }); // prettier-ignore

    it('are read in a transaction, which does nothing then', async () => {
      const asked = bundle('transaction', entry('POST', 'Patient', patient(div('y'))), entry('POST', 'Patient', patient(attack))); // prettier-ignore
      const { status, body } = await api.send(write('POST', '/fhir', asked));
      expect([status, body.issue]).toEqual([400, [expect.objectContaining({ code: 'invariant', expression: ['Bundle.entry[1].resource.text.div'] })]]); // prettier-ignore
      expect(JSON.stringify(body)).not.toContain(CANARY);
    });

    it('are read in a batch, one by one', async () => {
      const asked = bundle('batch', entry('POST', 'Patient', patient(attack)), entry('POST', 'Patient', patient(div('y')))); // prettier-ignore
      const { body } = await api.send(write('POST', '/fhir', asked));
      expect(body.entry?.map(({ response }) => response.status.slice(0, 3))).toEqual(['400', '201']);
      expect(body.entry?.[0]?.response.outcome.issue[0]?.diagnostics).toContain('txt-1');
    });

    it('are neither stored nor in the log when they are refused', async () => {
      const [row] = await database().query<{ count: number }>(
        `select count(*)::int as count
         from (select content from resource union all select content from resource_version) as stored
         where content like $1`,
        [`%<script>%${CANARY}%`],
      );
      expect(row?.count).toBe(0);
      expect(api.logLines.join('\n')).not.toContain(CANARY);
      expect((await api.get('/fhir/Patient/narrated')).body.meta.versionId).toBe('1');
    });

    it('say something, or are refused', async () => {
      const { status, body } = await api.create(patient(div(' ')));
      expect([status, body.issue[0]?.diagnostics]).toEqual([
        400,
        'Patient.text.div breaks rule txt-2: a narrative says something: add text or an image, or leave it out.',
      ]);
    });

    it('come back letter by letter', async () => {
      const narrative = `\n${div(`<!-- by hand --><p class='a'  title="b">&auml; &#228; ä <br /> <img src="#pic"   alt=''/></p>`)} `;
      const { status, body } = await api.create(patient(narrative));
      expect(status).toBe(201);
      const read = await api.get(`/fhir/Patient/${body.id}`);
      expect(read.body).toMatchObject({ text: { div: narrative } });
    });
  });
}
