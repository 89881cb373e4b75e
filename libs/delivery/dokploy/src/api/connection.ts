import { setTimeout as wait } from 'node:timers/promises';
import { coreError, DeliveryError, reasonOf, redact, type Secret } from '@ehr/delivery-core';
import { HttpError, retry } from '@ehr/delivery-http';
import { dokployError, type DokployErrorCode } from '../dokploy-errors.ts';
import { tellSilence } from './tell-silence.ts';

/** How to reach Dokploy's API, and for how long to try. */
export interface ConnectionOptions {
  /** Root of the server: `https://dokploy.example.org`. */
  readonly url: string;
  readonly apiKey: Secret;
  /** For how long a call is retried when Dokploy does not answer, is busy or throttles (default one minute). */
  readonly patienceMs?: number;
  /** Before the first retry (default 1 s, doubling up to 15 s). */
  readonly retryDelayMs?: number;
  /** Of one request (default 30 s: some answers take several seconds). */
  readonly requestTimeoutMs?: number;
  readonly now?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
  readonly fetch?: typeof fetch;
  /** Is told of each wait, within ten seconds: for an answer, and before a call is sent again. Somebody is watching. */
  readonly onWait?: (message: string) => void;
}

/** What a procedure is called with. */
export type Input = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Sends calls to Dokploy's REST API; the only file that knows addresses and the key's header.
 * @throws DOKPLOY_UNREACHABLE, DOKPLOY_UNAUTHORIZED, DOKPLOY_THROTTLED, DOKPLOY_REFUSED from each function
 */
export interface Connection {
  /** GET; the answer, or undefined when Dokploy sent an empty one. */
  query(procedure: string, input?: Input): Promise<unknown>;
  /** POST. Without an answer it is retried only when `repeatable`: the server may have acted on it. */
  mutate(procedure: string, input: Input, how: { repeatable: boolean }): Promise<unknown>;
  /** The health check that needs no key. */
  ping(): Promise<void>;
  /** The same connection with this time of `now` as the deadline of each call. */
  until(deadline: number): Connection;
}

/** A connection; nothing is sent yet. @throws OPTIONS_INVALID when the address is not http(s), or holds a user or a query */
export function connect(options: ConnectionOptions): Connection {
  const { apiKey, patienceMs = 60_000, requestTimeoutMs = 30_000, retryDelayMs = 1_000 } = options;
  const { now = Date.now, sleep = wait } = options;
  const fetcher = options.fetch ?? fetch;
  const root = rootOf(options.url);
  /** A key that has worked and is refused is throttled: Dokploy answers 401 for both. */
  let keyHasWorked = false;

  async function exchange(procedure: string, url: URL, init: RequestInit = {}, keyWorks = false) {
    const signal = AbortSignal.timeout(requestTimeoutMs);
    const tell = () => options.onWait?.(`Dokploy at ${root.host} has not answered yet; still waiting`);
    const { response, text } = await tellSilence(requestTimeoutMs, tell, async () => {
      // The key belongs to this origin; a 301 without Location is how Dokploy refuses.
      const answer = await fetcher(url, { ...init, redirect: 'manual', signal });
      return { response: answer, text: await answer.text() };
    });
    if (response.status !== 200) throw answerError(procedure, response, text, keyWorks);
    return text;
  }

  async function call(procedure: string, query: Input = {}, body?: Input): Promise<unknown> {
    const url = new URL(`api/${procedure}`, root);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const headers = {
      'x-api-key': apiKey.reveal(),
      accept: 'application/json',
      'user-agent': 'ehr-delivery',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
    const text = await exchange(procedure, url, init, keyHasWorked);
    keyHasWorked = true;
    return parseAnswer(procedure, text);
  }

  const connection = (deadlineOf: () => number): Connection => {
    const patiently = async <T>(run: () => Promise<T>, repeatable = true): Promise<T> => {
      const patientSleep = (milliseconds: number) => {
        options.onWait?.(
          `Dokploy at ${root.host} does not answer or is busy; asked again in ${Math.ceil(milliseconds / 1_000)} s`,
        );
        return sleep(milliseconds);
      };
      const waits = { firstWaitMs: retryDelayMs, longestWaitMs: 15_000, deadline: deadlineOf() };
      try {
        return await retry(run, { ...waits, repeatable, now, sleep: patientSleep });
      } catch (error) {
        throw explain(error, root, apiKey);
      }
    };
    return {
      query: (procedure, input) => patiently(() => call(procedure, input)),
      mutate: (procedure, input, { repeatable }) => patiently(() => call(procedure, {}, input), repeatable),
      ping: async () => {
        await patiently(() => exchange('settings.health', new URL('api/trpc/settings.health', root)));
      },
      until: (deadline) => connection(() => deadline),
    };
  };
  return connection(() => now() + patienceMs);
}

/** Several successes have no JSON at all: status 200, content type JSON, zero bytes. */
function parseAnswer(procedure: string, text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw dokployError(
      'DOKPLOY_REFUSED',
      `Dokploy answered 200 to ${procedure} with something that is not JSON; another server may be in its place.`,
    );
  }
}

function explain(error: unknown, root: URL, apiKey: Secret): unknown {
  if (error instanceof DeliveryError) return error;
  const clean = (text: string) => redact(text, [apiKey.reveal()]);
  if (error instanceof HttpError) return dokployError(codeOf(error), clean(error.message));
  // The cause is left out: it may repeat the request.
  return dokployError(
    'DOKPLOY_UNREACHABLE',
    `Dokploy at ${root.host} does not answer: ${clean(reasonOf(error))}.`,
  );
}

function codeOf({ failure, status }: HttpError): DokployErrorCode {
  if (failure === 'throttled') return 'DOKPLOY_THROTTLED';
  if (failure === 'unavailable') return 'DOKPLOY_UNREACHABLE';
  return status === 401 || status === 403 ? 'DOKPLOY_UNAUTHORIZED' : 'DOKPLOY_REFUSED';
}

function rootOf(url: string): URL {
  let root: URL;
  try {
    root = new URL(url.endsWith('/') ? url : `${url}/`);
  } catch {
    throw coreError('OPTIONS_INVALID', 'DOKPLOY_URL is not an address like https://dokploy.example.org.');
  }
  if (!/^https?:$/.test(root.protocol) || root.username !== '' || root.search !== '') {
    throw coreError('OPTIONS_INVALID', 'DOKPLOY_URL must be http(s), without user name or query.');
  }
  return root;
}

/** An answer of Dokploy that was not a success; knows which of the many 401 it is. Carries no body. */
function answerError(procedure: string, response: Response, text: string, keyHasWorked: boolean): HttpError {
  const { status } = response;
  // tRPC's shape where there is one; the answer to a refused key has no `code`.
  const { message, code } = readError(text) ?? {};
  const detail = message === undefined ? '' : `: ${message.slice(0, 300)}`;
  if (status === 429) return new HttpError(`Dokploy throttles ${procedure}.`, response);
  if (status === 401 && code === undefined && keyHasWorked) {
    return new HttpError(
      `Dokploy accepted the API key a moment ago and now refuses it (401 to ${procedure}): its rate limit is used up, or it was taken away.`,
      response,
      'throttled',
    );
  }
  if (status === 401 && code === undefined) {
    return new HttpError(
      `Dokploy does not accept the API key (401 to ${procedure}): it is wrong, expired, or its rate limit is used up.`,
      response,
    );
  }
  if (status === 401 || status === 403) {
    return new HttpError(`Dokploy's user of this key may not ${procedure}${detail}.`, response);
  }
  const redirect = status >= 300 && status < 400 ? ', a redirect that is not followed' : '';
  return new HttpError(
    `Dokploy answered ${status} to ${procedure}${redirect}${detail}.`,
    response,
    // A 5xx in tRPC's shape comes from Dokploy itself, not from a gateway before it: it would come again.
    status >= 500 && code !== undefined ? 'refused' : undefined,
  );
}

/** `message` and `code` of a JSON body; undefined for plain text (`Invalid JSON`) and for a proxy's page. */
export function readError(text: string): { message?: string; code?: string } | undefined {
  try {
    const { message, code } = JSON.parse(text) as { message?: unknown; code?: unknown };
    return {
      ...(typeof message === 'string' && { message: message.trim() }),
      ...(typeof code === 'string' && { code }),
    };
  } catch {
    return undefined;
  }
}
