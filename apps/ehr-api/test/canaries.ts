import type { InjectOptions } from 'fastify';
import { describe, expect, it } from 'vitest';

/** Elements whose values tell who somebody is: http://hl7.org/fhir/R4/patient.html */
const TELLING = new Set(['family', 'given', 'birthDate', 'value', 'line', 'city', 'postalCode']);
const OF = new Set(['name', 'identifier', 'telecom', 'address', 'contact', 'birthDate']);
/** A name, a day, a number. Other words of the tests are those of any sentence. */
const TOLD = /^(?:\p{Lu}[\p{L}\p{M}]{4,}|\d{4}-\d\d-\d\d|[\d-]{6,})$/u;

const wordsOf = (text: string) => text.split(/[^\p{L}\p{M}\p{N}-]+/u).filter((word) => TOLD.test(word));

/** Of what a refusal may say: the example of a day, and a name of a parameter or an element as it was sent. */
const MAY_SAY =
  /1980, 1980-05, 1980-05-17|Search parameter \S+ is not known|Patient\.\S+ is not an element|"(?:http|Patient)\.[^"]*"/gu;

/** What was said of people, every line of a log, and every answer that is a refusal, of all that a run has asked. */
const said = new Set<string>();
const written: string[] = [];

/** What a record says of people: their names, numbers, dates and addresses. */
export function noteSent({ payload }: InjectOptions): void {
  if (typeof payload !== 'string') return;
  try {
    noteSaid(JSON.parse(payload), false);
  } catch {
    // A form, or what is no JSON: no record.
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
      const seen = written.flatMap((text) =>
        wordsOf(text.replaceAll(MAY_SAY, '')).filter((word) => said.has(word)),
      );
      expect([...new Set(seen)]).toEqual([]);
      expect(said.size).toBeGreaterThan(15);
      expect(written.length).toBeGreaterThan(1_000);
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
