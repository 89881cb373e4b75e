import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  printPretty,
  printResource,
  readEntryTexts,
  readResourceText,
  replaceStrings,
  UnacceptableText,
} from './resource-text.ts';

const stamp = { type: 'Basic', id: '1', version: 3, lastUpdated: '2026-11-30T00:00:00.000Z' };
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
    expect(() => readResourceText(json)).toThrow(UnacceptableText);
  });

  it('does not take the same key in two objects for twice', () => {
    expect(through('{"a":[{"b":1},{"b":2}],"c":{"b":{"b":3}}}')).toContain('"b":3');
  });

  it('shows no key that may be data', () => {
    expect(() => readResourceText('{"Zanarienvogel Anna":1,"Zanarienvogel Anna":2}')).toThrow(
      /^An object has a key twice; keep one of them\.$/,
    );
  });

  it('is refused where it is nested too deep', () => {
    const deep = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect(() => readResourceText(deep)).toThrow(/nested deeper than 100 levels/);
  });
});

describe('the texts of a bundle’s entries', () => {
  it('are those of their resources, in order', () => {
    const entries = readEntryTexts(
      '{"type":"batch", "entry": [ {"fullUrl":"x","resource": {"a":[1.0, 2]}}, {"request":{}}, {"resource":{"b":{}}} ] }',
    );
    expect(entries).toEqual([
      { members: '"a":[1.0,2]', meta: '' },
      undefined,
      { members: '"b":{}', meta: '' },
    ]);
  });

  it('are refused where a key is there twice, outside of resources too', () => {
    expect(() => readEntryTexts('{"entry":[{"request":{"url":"a","url":"b"}}]}')).toThrow(UnacceptableText);
  });
});

describe('strings that are replaced', () => {
  it('are those in the named places, and no others', () => {
    const json = '{"a":{"b":["x","x"]},"c":"x","d":1.50,"e":"\\"x"}';
    const changed = replaceStrings(json, new Map([['a.b[1]', 'y"'], ['e', 'z']])); // prettier-ignore
    expect(changed).toBe('{"a":{"b":["x","y\\""]},"c":"x","d":1.50,"e":"z"}');
  });
});

it.each(['{}', '[]', '{"a":1.10,"b":[],"c":[{"d":"x, y"},[1,2]],"e":{}}'])(
  '%s is printed over lines',
  (json) => {
    // A JSON.stringify that keeps number lexemes.
    const value = JSON.parse(json) as unknown;
    expect(printPretty(json).replace('1.10', '1.1')).toBe(JSON.stringify(value, null, 2));
  },
);
