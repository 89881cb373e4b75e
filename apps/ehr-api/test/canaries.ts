import type { InjectOptions } from 'fastify';
import { describe, expect, it } from 'vitest';

/** Elements whose values tell who somebody is: http://hl7.org/fhir/R4/patient.html */
const TELLING = new Set(['family', 'given', 'birthDate', 'value', 'line', 'city', 'postalCode']);
const OF = new Set(['name', 'identifier', 'telecom', 'address', 'contact', 'birthDate']);
const SEARCHED = /^(?:name|family|given|phonetic|birthdate|identifier|phone|email|telecom|address.*)(?::|$)/u;
/** Shorter words are in every sentence. */
const SHORTEST = 4;

const wordsOf = (text: string) => text.split(/[^\p{L}\p{N}\-_]+/u).filter((word) => word.length >= SHORTEST);

/** What was said of people, every line of a log, and every answer that is a refusal, of all that a run has asked. */
const said = new Set<string>();
const written: string[] = [];

/** What a request says of people: their names, numbers, dates and addresses, in records and in searches. */
export function noteSent({ url, payload }: InjectOptions): void {
  const [, query = ''] = (typeof url === 'string' ? url : '').split('?');
  noteSearched(query);
  if (typeof payload !== 'string') return;
  try {
    noteSaid(JSON.parse(payload), false);
  } catch {
    noteSearched(payload);
  }
}

/** What nobody may be told of in. */
export function noteWritten(text: string): void {
  written.push(text);
}

/** Runs when all others have: none of what was said of people is in a line of a log or in a refusal. */
export function describeCanaries(): void {
  describe('of all requests of this run', () => {
    it('nothing that was said of people is in a log or a refusal', () => {
      const seen = written.flatMap((text) => wordsOf(text).filter((word) => said.has(word)));
      expect([...new Set(seen)]).toEqual([]);
      expect(said.size).toBeGreaterThan(100);
      expect(written.length).toBeGreaterThan(5_000);
    });
  });
}

function noteSaid(value: unknown, isAbout: boolean, name = ''): void {
  if (typeof value === 'string') {
    if (isAbout && TELLING.has(name)) for (const word of wordsOf(value)) said.add(word);
  } else if (Array.isArray(value)) for (const one of value) noteSaid(one, isAbout, name);
  else if (value instanceof Object)
    for (const [key, one] of Object.entries(value)) noteSaid(one, isAbout || OF.has(key), key);
}

function noteSearched(query: string): void {
  for (const [name, value] of new URLSearchParams(query))
    if (SEARCHED.test(name)) for (const word of wordsOf(value)) said.add(word);
}
