import { dokployError } from '../dokploy-errors.ts';
import { DeliveryError, coreError, reasonOf } from '@ehr/delivery-core';
import type { Secret } from '@ehr/delivery-core';
import { setTimeout as wait } from 'node:timers/promises';
import { isTransient, DokployAnswerError } from './answer-error.ts';
import { redact } from './redact.ts';

export interface ConnectionOptions {
  /** Root of the server: `https://dokploy.example.org`. */
  readonly url: string;
  readonly apiKey: Secret;
  /** How long a call is tried again when Dokploy is silent, busy or throttling (default one minute). */
  readonly patienceMs?: number;
  /** Between two tries (default 1 s, doubling up to 15 s). */
  readonly retryDelayMs?: number;
  /** Of one request (default 30 s: some answers take several seconds). */
  readonly requestTimeoutMs?: number;
  readonly now?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
  readonly fetch?: typeof fetch;
}

export type Input = Readonly<Record<string, string | number | boolean | null>>;

/** Sends calls to Dokploy's REST API; the only file that knows addresses and the key's header. */
export interface Connection {
  /** GET; the answer, or undefined when Dokploy sent an empty one. */
  query(procedure: string, input?: Input): Promise<unknown>;
  /** POST. Tried again after a silence only when `repeatable`: the server may have acted on it. */
  mutate(procedure: string, input: Input, how: { repeatable: boolean }): Promise<unknown>;
  /** The health check that needs no key. */
  ping(): Promise<void>;
  /** The same connection, patient until this time of `now` at the most. */
  until(deadline: number): Connection;
  readonly origin: string;
}

export function connect(options: ConnectionOptions): Connection {
  const { apiKey, patienceMs = 60_000, requestTimeoutMs = 30_000, retryDelayMs = 1_000 } = options;
  const { now = Date.now, sleep = wait } = options;
  const fetcher = options.fetch ?? fetch;
  const root = rootOf(options.url);
  /** A key that has worked and is refused is throttled: Dokploy says the same 401 for both. */
  let keyHasWorked = false;

  async function attempt(
    procedure: string,
    input: Input | undefined,
    method: 'GET' | 'POST',
  ): Promise<unknown> {
    const url = new URL(`api/${procedure}`, root);
    if (method === 'GET') {
      for (const [name, value] of Object.entries(input ?? {})) url.searchParams.set(name, String(value));
    }
    const response = await fetcher(url, {
      method,
      headers: {
        'x-api-key': apiKey.reveal(),
        accept: 'application/json',
        'user-agent': 'ehr-delivery',
        ...(method === 'POST' && { 'content-type': 'application/json' }),
      },
      ...(method === 'POST' && { body: JSON.stringify(input) }),
      // The key belongs to this origin; a 301 without Location is how Dokploy refuses.
      redirect: 'manual',
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    const text = await response.text();
    if (response.status !== 200) throw DokployAnswerError.of(procedure, response, text, keyHasWorked);
    keyHasWorked = true;
    return parseAnswer(procedure, text);
  }

  async function patiently<T>(run: () => Promise<T>, repeatable: boolean, deadline: number): Promise<T> {
    for (let delay = retryDelayMs; ; delay = Math.min(delay * 2, 15_000)) {
      try {
        return await run();
      } catch (error) {
        const pause = (error instanceof DokployAnswerError ? error.retryAfterMs : undefined) ?? delay;
        const again = isTransient(error, repeatable) && now() + pause <= deadline;
        if (!again) throw explain(error, root, apiKey);
        await sleep(pause);
      }
    }
  }

  const connection = (deadlineOf: () => number): Connection => ({
    origin: root.origin,
    query: (procedure, input) => patiently(() => attempt(procedure, input, 'GET'), true, deadlineOf()),
    mutate: (procedure, input, { repeatable }) =>
      patiently(() => attempt(procedure, input, 'POST'), repeatable, deadlineOf()),
    ping: () =>
      patiently(
        async () => {
          const answer = await fetcher(new URL('api/trpc/settings.health', root), {
            redirect: 'manual',
            signal: AbortSignal.timeout(requestTimeoutMs),
          });
          const text = await answer.text();
          if (answer.status !== 200) throw DokployAnswerError.of('settings.health', answer, text, false);
        },
        true,
        deadlineOf(),
      ),
    until: (deadline) => connection(() => deadline),
  });
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
  if (error instanceof DokployAnswerError) {
    return dokployError(error.code, redact(error.message, [apiKey.reveal()]));
  }
  // The cause is left out: it may repeat the request.
  const reason = redact(reasonOf(error), [apiKey.reveal()]);
  return dokployError('DOKPLOY_UNREACHABLE', `Dokploy at ${root.host} does not answer: ${reason}.`);
}

function rootOf(url: string): URL {
  let root: URL;
  try {
    root = new URL(url.endsWith('/') ? url : `${url}/`);
  } catch {
    throw coreError('OPTIONS_INVALID', 'DOKPLOY_URL is not an address like https://dokploy.example.org.');
  }
  if (!/^https?:$/.test(root.protocol) || root.username !== '' || root.search !== '') {
    throw coreError('OPTIONS_INVALID', 'DOKPLOY_URL is to be http(s), without user name or query.');
  }
  return root;
}
