import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DuplicateKey, printResource, readResourceText } from './resource-text.ts';

const stamp = { type: 'Basic', id: '1', version: '3', lastUpdated: '2026-11-30T00:00:00.000Z' };
const first =
  '{"resourceType":"Basic","id":"1","meta":{"versionId":"3","lastUpdated":"2026-11-30T00:00:00.000Z"';
const STAMPED = ['resourceType', 'id', 'meta'];
const through = (json: string) => printResource(readResourceText(json), stamp);

describe('a resource’s text', () => {
  it.each<[string, string, string]>([
    ['numbers as they were written', '{"a": 1.10, "b":1E+2,"c":-0.0}', '},"a":1.10,"b":1E+2,"c":-0.0}'],
    [
      'escapes and Unicode',
      String.raw`{"a":"\u00e4\/\"{x}, ä 😀"}`,
      String.raw`},"a":"\u00e4\/\"{x}, ä 😀"}`,
    ],
    [
      'order, nesting and empty things',
      '{"z":{"b":[{},[]],"a":null},"y":[]}',
      '},"z":{"b":[{},[]],"a":null},"y":[]}',
    ],
    [
      'what is in meta',
      '{"meta":{"tag":[{"code":"x"}],"versionId":"9","profile":["u"]},"a":1}',
      ',"tag":[{"code":"x"}],"profile":["u"]},"a":1}',
    ],
    ['nothing of its own', '{"id":"9","resourceType":"Basic","meta":{"lastUpdated":"2000"}}', '}}'],
    [
      'members named like the server’s, further in',
      '{"a":{"id":"x","meta":{}}}',
      '},"a":{"id":"x","meta":{}}}',
    ],
  ])('keeps %s', (_name, json, rest) => {
    expect(through(json)).toBe(first + rest);
  });

  it('comes back with the same tokens, whatever it is', () => {
    const resource = fc.dictionary(
      fc.string().filter((key) => ![...STAMPED, '__proto__'].includes(key)),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(resource, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const printed = through(JSON.stringify(value, null, space));
        const back = Object.entries(JSON.parse(printed) as Record<string, unknown>);
        const rest = Object.fromEntries(back.filter(([key]) => !STAMPED.includes(key)));
        expect(JSON.stringify(rest)).toBe(JSON.stringify(JSON.parse(JSON.stringify(value))));
      }),
    );
  });

  it.each([
    '{"a":1,"a":2}',
    String.raw`{"a":1,"\u0061":2}`,
    '{"b":[{"c":{"a":1,"a":2}}]}',
    '{"meta":{"tag":[],"tag":[]}}',
    '{"id":"1","id":"2"}',
  ])('is refused where a key is there twice: %s', (json) => {
    expect(() => readResourceText(json)).toThrow(DuplicateKey);
  });

  it('does not take the same key in two objects for twice', () => {
    expect(through('{"a":[{"b":1},{"b":2}],"c":{"b":{"b":3}}}')).toContain('"b":3');
  });

  it('shows no key that may be data', () => {
    expect(() => readResourceText('{"Zanarienvogel Anna":1,"Zanarienvogel Anna":2}')).toThrow(
      /of another one/,
    );
  });
});
