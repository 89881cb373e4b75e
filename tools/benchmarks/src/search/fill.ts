import type { Client } from 'pg';
import { BARE_FILL } from './bare.ts';
import { Clinic, type Resource } from './clinic.ts';
import { JSONB_FILL } from './jsonb.ts';

const ENTRIES = 500;
const HEADERS = { 'content-type': 'application/fhir+json', prefer: 'return=minimal' };

/** Where records go. */
interface Places {
  /** Of ehr-api. */
  readonly url: string;
  readonly bare: Client;
  readonly jsonb: Client;
}

/** Fills all three with the same records: ehr-api by transaction bundles, the rivals by SQL, as ehr-api has them. */
export class Filling {
  readonly clinic = new Clinic();
  readonly #records = this.clinic.records();
  readonly #places: Places;
  #written = 0;
  #times: string[] = [];

  constructor(places: Places) {
    this.#places = places;
  }

  /** When a tenth was still to come, and when the last ones were written. */
  get lately(): readonly string[] {
    return [this.#times[Math.floor(this.#times.length * 0.9)] ?? '', this.#times.at(-1) ?? ''];
  }

  /** Until there are so many, one bundle after the other: everybody has the same order of writing. */
  async upTo(size: number): Promise<void> {
    let rivals: Promise<unknown> = Promise.resolve();
    while (this.#written < size) {
      const records = Array.from({ length: Math.min(ENTRIES, size - this.#written) }, () => this.#next());
      const times = await write(this.#places.url, records);
      const first = this.#written + 1;
      const keys = records.map((_, n) => first + n);
      const texts = records.map((record, n) =>
        JSON.stringify({ ...record, meta: { versionId: '1', lastUpdated: times[n] } }),
      );
      await rivals;
      rivals = this.#writeToRivals(keys, texts);
      this.#times.push(...times.slice(0, 1));
      this.#written += records.length;
    }
    await rivals;
  }

  async #writeToRivals(keys: readonly number[], texts: readonly string[]): Promise<void> {
    const { bare, jsonb } = this.#places;
    for (const sql of BARE_FILL) await bare.query(sql, [keys, texts]);
    for (const sql of JSONB_FILL) await jsonb.query(sql, [keys, texts]);
  }

  #next(): Resource {
    const next = this.#records.next();
    if (next.done === true) throw new Error('A clinic has no end.');
    return next.value;
  }
}

/** When each was written, as the server says it. */
async function write(url: string, records: readonly Resource[]): Promise<string[]> {
  const entry = records.map((resource) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  }));
  const answer = await fetch(`${url}/fhir`, {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
  });
  if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
  const bundle = (await answer.json()) as { entry: { response: { lastModified: string } }[] };
  return bundle.entry.map(({ response }) => response.lastModified);
}
