import { resourceTypes, searchParametersOf } from '@ehr/fhir/server';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { world } from './search-world.ts';
import { type RunningApi, startApi, write } from './start-api.ts';

const types = [
  'Patient',
  'Observation',
  'Location',
  'MolecularSequence',
  'DocumentReference',
  'ValueSet',
  '',
];
const names = [
  ...new Set(types.filter(Boolean).flatMap((type) => searchParametersOf(type).map(({ name }) => name))),
];

/** What stands between names and values, and what they are made of. */
const pieces = fc.constantFrom(
  ...[
    '|',
    '||',
    '$',
    ',',
    '\\',
    '\\,',
    ':',
    '.',
    '-',
    '/',
    ' ',
    '',
    '\u0000',
    '\ud800',
    '%',
    '_',
    "'",
    '"',
    ';--',
  ],
  ...[
    'ge',
    'ap',
    'ne',
    'sa',
    '2020',
    '2020-02-30',
    '2020-01-01T24:00Z',
    '0000',
    '9999-12-31',
    '1e400',
    '-0',
    '1e-999',
  ],
  ...[
    '.5',
    '5.',
    '1.50',
    'NaN',
    'Infinity',
    '99999999999999999999',
    'http://unitsofmeasure.org|mg',
    '[IU]',
    'true',
  ],
  ...[
    'Patient/1',
    'Patient/1/_history/2',
    'http://a/b',
    'urn:oid:1.2',
    '#a',
    '../..',
    'é',
    '🏥',
    'x'.repeat(3000),
  ],
);
const text = fc.array(fc.oneof(pieces, pieces, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 5 }).map((all) => all.join('')); // prettier-ignore
const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names, '_id', '_lastUpdated', '_list', '_sort', '_count', '_total', '_include', '_revinclude', '_elements', '_summary', '_type', '_after', '_contained') }, text); // prettier-ignore
const modifier = fc.constantFrom('', '', '', ':missing', ':not', ':text', ':of-type', ':identifier', ':exact', ':contains', ':above', ':below', ':in', ':iterate', ':Patient', ':', '::'); // prettier-ignore
const key: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(name, modifier).map((parts) => parts.join('')) },
  { weight: 2, arbitrary: fc.tuple(name, modifier, name).map(([a, b, c]) => `${a}${b}.${c}`) },
  fc.tuple(fc.constantFrom(...resourceTypes().slice(0, 40), 'Observation', 'x'), name, name).map((parts) => `_has:${parts.join(':')}`), // prettier-ignore
);
const query = fc.array(fc.tuple(key, text), { minLength: 1, maxLength: 4 });

/** Whatever is asked, it is answered or refused: nothing makes the server fail. */
export function describeSearchFuzz(database: () => Database, runs: number): void {
  describe('a search of anything', () => {
    let api: RunningApi;
    beforeAll(async () => {
      api = await startApi(database());
      const entry = world.map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })); // prettier-ignore
      expect((await api.send(write('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry }))).status).toBe(200); // prettier-ignore
    });

    it(`is answered or refused, ${runs} times`, async () => {
      const statuses = new Map<number, number>();
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...types),
          query,
          fc.boolean(),
          fc.boolean(),
          async (type, pairs, byForm, isLenient) => {
            const form = new URLSearchParams(pairs.map(([a, b]): [string, string] => [a, b])).toString();
            const headers = { ...(isLenient && { prefer: 'handling=lenient' }), ...(byForm && { 'content-type': 'application/x-www-form-urlencoded' }) }; // prettier-ignore
            const { status } = await api.send(
              byForm
                ? {
                    method: 'POST',
                    url: `/fhir/${type === '' ? '' : `${type}/`}_search`,
                    payload: form,
                    headers,
                  }
                : { method: 'GET', url: `/fhir/${type}?${form}`, headers },
            );
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
            return status === 200 || status === 400;
          },
        ),
        { numRuns: runs, seed: 15 },
      );
      // Some of both: a server that refuses all would pass as well.
      expect([200, 400].map((status) => (statuses.get(status) ?? 0) > runs / 20)).toEqual([true, true]);
    });

    it('takes no link that was changed', async () => {
      const { body } = await api.get('/fhir/Observation?_count=1');
      const next =
        body.link.find(({ relation }) => relation === 'next')?.url.replace(/^.*?\/fhir/u, '/fhir') ?? '';
      expect((await api.get(next)).status).toBe(200);
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.constantFrom(...'AZaz09-_'), async (at, letter) => {
          const start = next.indexOf('_after=') + 7;
          const place = start + (at % (next.length - start - 1));
          const changed = next.slice(0, place) + letter + next.slice(place + 1);
          return changed === next || (await api.get(changed)).status === 400;
        }),
        { numRuns: 50, seed: 15 },
      );
    });
  });
}
