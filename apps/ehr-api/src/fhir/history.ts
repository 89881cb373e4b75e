import { dateRange } from '@ehr/fhir';
import { accessesTo } from '../audit/accesses-to.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { countVersions, type HistoryPlace, type HistoryRange, readHistory } from '../store/read-resources.ts';
import type { StoredVersion } from '../store/stored-version.ts';
import type { Context, FhirRequest, FhirResponse, Pair } from './exchange.ts';
import { refusal } from './fhir-error.ts';
import { etagOf } from './preconditions.ts';
import { type Link, printAsItComes } from './print-bundle.ts';

const DEFAULT_COUNT = 20;
const MAX_COUNT = 1000;
/** Versions in memory at a time. */
const PIECE = 10;

/** http://hl7.org/fhir/R4/http.html#history, of one resource, of a type, or of all; sent in pieces as it is read. */
export async function history(context: Context, request: FhirRequest): Promise<FhirResponse> {
  const [type, id] = request.path.filter((segment) => segment !== '_history');
  const { range, count, after } = historyQuery(request.query);
  const whole: HistoryRange = {
    ...range,
    ...(type !== undefined && { type }),
    ...(id !== undefined && { id }),
  };
  const read = (place: HistoryPlace | undefined) => readHistory(context, whole, place, PIECE);
  const first = await read(after);
  const isInstance = type !== undefined && id !== undefined;
  const versions = isInstance ? await countVersions(context, type, id) : 0;
  if (isInstance && versions === 0)
    throw refusal(404, 'not-found', `There is no ${type} with this id; check it, or search.`);
  let last: HistoryPlace | undefined;
  let hasMore = false;
  const all = async function* () {
    for (let piece = first; ; piece = await read(piece.at(-1)?.place)) {
      // The first is in the audit with the request.
      if (piece !== first) await recordAudit(context, request.caller, accessesTo(actionOf(request), piece));
      yield* piece;
      if (piece.length < PIECE) return;
    }
  };
  const entries = async function* () {
    let shown = 0;
    for await (const version of all()) {
      hasMore = shown === count;
      if (hasMore) return;
      shown += 1;
      last = version.place;
      yield entryOf(version, request.base);
    }
  };
  const links = (): Link[] => {
    const at = (pairs: readonly Pair[]) => {
      const query = new URLSearchParams(
        pairs.map(([name, value]): [string, string] => [name, value]),
      ).toString();
      return `${request.base}/${request.path.join('/')}${query === '' ? '' : `?${query}`}`;
    };
    const self = { relation: 'self', url: at(request.query) };
    if (!hasMore || last === undefined) return [self];
    const others = request.query.filter(([name]) => name !== '_after');
    const place = `${last.time}-${last.pk}-${last.version}`;
    return [self, { relation: 'next', url: at([...others, ['_after', place]]) }];
  };
  const isWhole = isInstance && range.since === undefined && range.at === undefined;
  const head = { type: 'history', ...(isWhole && { total: versions }) };
  return { status: 200, body: printAsItComes(head, entries(), links), touched: first.slice(0, count) };
}

/** By what it asks for, as `interactions` has it. */
function actionOf({ path }: FhirRequest): string {
  return path.length === 1 ? 'history-system' : path.length === 2 ? 'history-type' : 'history-instance';
}

function historyQuery(query: readonly Pair[]): {
  readonly range: Pick<HistoryRange, 'since' | 'at'>;
  readonly count: number;
  readonly after: HistoryPlace | undefined;
} {
  const found = new Map<string, string>();
  for (const [name, value] of query) {
    if (!['_since', '_at', '_count', '_after', '_format', '_pretty'].includes(name))
      throw refusal(
        400,
        'not-supported',
        'A history takes _since, _at, _count, _format and _pretty; remove what else there is.',
      );
    if (found.has(name)) throw refusal(400, 'invalid', `${name} may be given once.`, `http.${name}`);
    found.set(name, value);
  }
  const time = (name: '_since' | '_at') => {
    const value = found.get(name);
    const range = value === undefined ? undefined : dateRange(value);
    if (value !== undefined && range === undefined)
      throw refusal(
        400,
        'invalid',
        `${name} must be a time that exists, such as 2026-11-30T12:00:00Z.`,
        `http.${name}`,
      );
    return range;
  };
  const [since, at] = [time('_since'), time('_at')];
  const count = found.get('_count') ?? String(DEFAULT_COUNT);
  if (!/^\d{1,6}$/u.test(count))
    throw refusal(400, 'invalid', `_count must be a whole number, 0 to ${MAX_COUNT}.`, 'http._count');
  const after = found.get('_after');
  const [, milliseconds, pk = '', version] = /^(\d{1,16})-(\d{1,18})-(\d{1,9})$/u.exec(after ?? '') ?? [];
  if (after !== undefined && pk === '')
    throw refusal(
      400,
      'invalid',
      '_after is not from a "next" link of this server; start without it.',
      'http._after',
    );
  return {
    range: { ...(since && { since: since.low }), ...(at && { at }) },
    count: Math.min(Number(count), MAX_COUNT),
    after: pk === '' ? undefined : { time: Number(milliseconds), pk, version: Number(version) },
  };
}

function entryOf(
  { type, id, version, lastUpdated, method, deleted, content }: StoredVersion,
  base: string,
): string {
  const status = deleted ? '204' : version === 1 ? '201' : '200';
  const request = { method, url: method === 'POST' ? type : `${type}/${id}` };
  const response = { status, etag: etagOf(version), lastModified: lastUpdated.toISOString() };
  const resource = deleted ? '' : `"resource":${content},`;
  return `{"fullUrl":"${base}/${type}/${id}",${resource}"request":${JSON.stringify(request)},"response":${JSON.stringify(response)}}`;
}
