import { resourceTypes, searchParametersOf } from '@ehr/fhir/server';
import { expect, it } from 'vitest';
import { paramId, typeId } from './ids.ts';

it('gives no two types and no two search parameters one number, and none the number of other references', () => {
  const types = resourceTypes().map(typeId);
  const parameters = resourceTypes().flatMap((type) =>
    searchParametersOf(type).flatMap(({ name, parts }) =>
      ['', ':text', ':identifier', ':of-type', ...parts.map((part) => `.${part.name}`)].map((end) =>
        paramId(type, `${name}${end}`),
      ),
    ),
  );
  const all = [...types, ...parameters, 0];
  expect(new Set(all).size).toBe(all.length);
  // They are in every database: made otherwise, nothing would be found.
  expect([typeId('Patient'), paramId('Patient', 'name')]).toMatchInlineSnapshot(`
    [
      -2091891732,
      230228432,
    ]
  `);
});
