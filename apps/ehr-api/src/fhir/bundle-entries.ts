import type { Issue } from '@ehr/fhir';
import { readEntryTexts, type ResourceText, validateResource } from '@ehr/fhir/server';
import { acceptable } from './acceptable.ts';
import type { Body, Condition, Context, FhirRequest } from './exchange.ts';
import { FhirError, refusal } from './fhir-error.ts';
import { parsePatch } from './json-patch.ts';

/** An entry of a bundle that asks for something. */
export interface Entry {
  /** Its place in the bundle. */
  readonly index: number;
  readonly fullUrl: string | undefined;
  readonly request: FhirRequest;
}

interface SentEntry {
  readonly fullUrl?: string;
  readonly resource?: unknown;
  readonly request?: {
    readonly method: FhirRequest['method'];
    readonly url: string;
    readonly ifMatch?: string;
    readonly ifNoneMatch?: string;
    readonly ifNoneExist?: string;
    readonly ifModifiedSince?: string;
  };
}

/** What a bundle asks for. */
export interface Asked {
  readonly type: 'batch' | 'transaction';
  /** Those that can be read. */
  readonly entries: readonly Entry[];
  /** What is wrong with others, or between them: then none is done. */
  readonly faults: readonly Issue[];
}

/** What a bundle's entries ask for. @throws FhirError 400 for what is no bundle, 413 for one with too many entries */
export function readBundle({ settings }: Context, request: FhirRequest, text: string, value: unknown): Asked {
  const { entry: sent = [], ...others } = (value ?? {}) as {
    readonly type?: unknown;
    readonly entry?: readonly SentEntry[];
  };
  const outline = Array.isArray(sent) ? sent.map(outlineOf) : sent;
  const issues = validateResource({ ...others, ...(sent.length === 0 ? {} : { entry: outline }) }, 'Bundle');
  if (issues.length > 0) throw new FhirError(400, issues);
  if (others.type !== 'batch' && others.type !== 'transaction')
    throw refusal(
      400,
      'value',
      'Bundle.type must be batch or transaction here; other bundles are created at /Bundle.',
      'Bundle.type',
    );
  if (sent.length > settings.mostEntries)
    throw refusal(
      413,
      'too-costly',
      `The bundle has ${sent.length} entries, and this server takes ${settings.mostEntries}; send several.`,
    );
  const faults = [...sameNames(sent)];
  const texts = textsOf(text, faults);
  const entries = sent.flatMap((entry, index) => {
    try {
      return [{ index, fullUrl: entry.fullUrl, request: requestOf(entry, texts[index], request) }];
    } catch (error) {
      faults.push(...faultsAt(index, error));
      return [];
    }
  });
  return { type: others.type, entries, faults };
}

/** The texts of the resources; none of a bundle that is not acceptable, of which it is told in `faults`. */
function textsOf(text: string, faults: Issue[]): ReturnType<typeof readEntryTexts> {
  try {
    return acceptable(readEntryTexts, text);
  } catch (error) {
    if (!(error instanceof FhirError)) throw error;
    faults.push(...error.issues);
    return [];
  }
}

/**
 * A fullUrl names one entry, or else versions of a resource (http://hl7.org/fhir/R4/bundle.html#invs, bdl-7): a reference
 * to it would lead to either.
 */
function sameNames(sent: readonly SentEntry[]): readonly Issue[] {
  const seen = new Map<string, Map<string, number>>();
  return sent.flatMap(({ fullUrl, resource }, index) => {
    if (fullUrl === undefined) return [];
    const { meta } = (resource ?? {}) as { readonly meta?: { readonly versionId?: unknown } | null };
    const version = typeof meta?.versionId === 'string' ? meta.versionId : '';
    const others = seen.get(fullUrl) ?? new Map<string, number>();
    seen.set(fullUrl, others);
    const same = version === '' ? [...others.values()].at(0) : (others.get(version) ?? others.get(''));
    if (same === undefined) {
      others.set(version, index);
      return [];
    }
    const diagnostics = `Entry ${same} and entry ${index} have the same fullUrl; give each its own.`;
    return [{ code: 'duplicate' as const, diagnostics, expression: `Bundle.entry[${index}].fullUrl` }];
  });
}

/** The entry without its resource, which is validated by what it is asked for. */
function outlineOf(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null) return entry;
  return Object.fromEntries(Object.entries(entry).filter(([name]) => name !== 'resource'));
}

/** What is wrong with an entry, said of its place in the bundle. */
export function faultsAt(index: number, error: unknown): readonly Issue[] {
  if (!(error instanceof FhirError)) throw error;
  const at = `Bundle.entry[${index}]`;
  return error.issues.map(({ expression, ...issue }) => {
    const inside = expression?.startsWith('http.') === false ? expression.replace(/^\w+/u, '') : '';
    return { ...issue, expression: inside === '' ? at : `${at}.resource${inside}` };
  });
}

function requestOf(
  { resource, request: asked }: SentEntry,
  text: ResourceText | undefined,
  { base, caller, conditions }: FhirRequest,
): FhirRequest {
  if (asked === undefined) throw refusal(400, 'required', 'An entry needs a request here.');
  const { method, url } = asked;
  const relative = url.startsWith(`${base}/`) ? url.slice(base.length + 1) : url.replace(/^\//u, '');
  const mark = relative.indexOf('?');
  const [path, query] = mark === -1 ? [relative, ''] : [relative.slice(0, mark), relative.slice(mark + 1)];
  const body = bodyOf(method, resource, text);
  const own: readonly (readonly [Condition, string | undefined])[] = [
    ['if-match', asked.ifMatch],
    ['if-none-match', asked.ifNoneMatch],
    ['if-none-exist', asked.ifNoneExist],
    ['if-modified-since', asked.ifModifiedSince],
    ['prefer', conditions.prefer ?? 'return=minimal'],
  ];
  return {
    method,
    path: path === '' ? [] : path.split('/').map(decoded),
    query: [...new URLSearchParams(query)],
    conditions: Object.fromEntries(own.filter(([, value]) => value !== undefined)),
    ...(body && { body }),
    caller,
    base,
  };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw refusal(400, 'value', 'The url of the request cannot be decoded; correct its %-escapes.');
  }
}

/** A patch is a Binary (http://hl7.org/fhir/R4/http.html#jsonpatch). */
function bodyOf(
  method: FhirRequest['method'],
  resource: unknown,
  text: ResourceText | undefined,
): Body | undefined {
  if (resource === undefined || text === undefined) return undefined;
  if (method !== 'PATCH') return { kind: 'json', text, value: resource };
  const { contentType, data } = resource as { readonly contentType?: unknown; readonly data?: unknown };
  if (contentType !== 'application/json-patch+json' || typeof data !== 'string')
    throw refusal(
      400,
      'value',
      'A patch is a Binary with contentType application/json-patch+json.',
      'Binary.contentType',
    );
  return { kind: 'patch', value: parsePatch(Buffer.from(data, 'base64').toString()) };
}
