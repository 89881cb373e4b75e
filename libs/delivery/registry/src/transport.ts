import {
  type Credentials,
  type CredentialSource,
  DeliveryError,
  DOCKER_HUB,
  isLoopback,
} from '@ehr/delivery-core';
import { HttpError, retry } from '@ehr/delivery-http';
import type { AnswerMemory } from './answer-memory.ts';
import { authorize } from './authorize.ts';
import { registryError } from './registry-errors.ts';

/** Which repository, and how to reach it. */
export interface TransportOptions {
  /** Host with optional port, as in a reference; `docker.io` is Docker Hub. */
  readonly registry: string;
  /** `acme/ehr-api`. */
  readonly repository: string;
  /** Sent to this registry and to the token service it names, and only after a 401. */
  readonly credentials?: Credentials | CredentialSource;
  /** Retries of a transient failure (default 5), after 250 to 500 ms, then twice as long each time, or Retry-After. */
  readonly retries?: number;
  /** The shortest first wait (default 250 ms); the longest is twice as long. */
  readonly retryDelayMs?: number;
  /** Of a request that moves no blob's body (default 10 s). One that is silent so long twice is not sent again. */
  readonly requestTimeoutMs?: number;
  readonly fetch?: typeof fetch;
  /** Whose answers are taken, for who looks again and again. */
  readonly memory?: AnswerMemory;
  /** One that is signed in already, to the same repository. */
  readonly transport?: Transport;
}

/** One request; by default a GET that expects 200. */
interface RegistryRequest {
  readonly method?: 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Under the repository (`tags/list`), under the registry (`/v2/`), or a Location that the registry gave. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Blob | string;
  /** The statuses that are an answer; any other is an error. */
  readonly expect?: readonly number[];
  /** One attempt: the caller goes on by itself after a failure. */
  readonly once?: boolean;
}

/** A manifest, byte for byte: parsing and printing it would change its digest. */
export interface Manifest {
  readonly mediaType: string;
  readonly text: string;
}

/** Sends requests about one repository: signs in after a 401 and retries transient failures. */
export interface Transport {
  /** Manifests that were put or read here: to Docker Hub every GET of one is a pull. */
  readonly manifests: Map<string, Manifest>;
  /**
   * The answer, with its whole body read.
   * @throws REGISTRY_UNREACHABLE, REGISTRY_UNAUTHORIZED, REGISTRY_REFUSED; with `once` what was thrown, as it is
   */
  send(request: RegistryRequest): Promise<Response>;
  /** Runs `attempt` again after a transient failure, as often as `send` does; throws the same. */
  retry<T>(attempt: (number: number) => Promise<T>): Promise<T>;
}

/** A transport that signs in when the registry first wants it, and then stays signed in; or the one of the options. */
export function createTransport(options: TransportOptions): Transport {
  if (options.transport !== undefined) return options.transport;
  const { registry, repository, credentials, retries = 5, retryDelayMs = 250 } = options;
  const { requestTimeoutMs = 10_000 } = options;
  const fetcher = options.fetch ?? fetch;
  const origin = originOf(registry);
  let authorization: string | undefined;
  /** Of the first request, which signs in for all. */
  let first: Promise<unknown> | undefined;

  async function attempt(request: RegistryRequest, signedIn = false): Promise<Response> {
    const { method = 'GET', headers, body, expect = [200] } = request;
    const url = new URL(request.path, `${origin}/v2/${repository}/`);
    const response = await fetcher(url, {
      method,
      headers: {
        ...headers,
        // A Location may lead to a storage host: the sign-in belongs to the registry alone.
        ...(authorization !== undefined && url.origin === origin && { authorization }),
      },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(movesBlob(request) ? BLOB_TIMEOUT_MS : requestTimeoutMs),
    });
    if (expect.includes(response.status)) return readWhole(response);
    const challenge = response.headers.get('www-authenticate');
    if (response.status === 401 && challenge !== null && !signedIn && url.origin === origin) {
      await response.body?.cancel();
      authorization = await authorize(challenge, credentials, fetcher);
      return attempt(request, true);
    }
    throw await errorOf(method, registry, response);
  }

  async function patiently<T>(run: (number: number) => Promise<T>): Promise<T> {
    // Uploads run side by side: a random wait, so that they do not all come back at the same moment.
    const firstWaitMs = retryDelayMs * (1 + Math.random());
    let silences = 0;
    /** A registry that is down may hold everybody up for a moment, and not for a quarter of an hour. */
    const attempt = async (number: number) => {
      const since = performance.now();
      try {
        return await run(number);
      } catch (error) {
        const silent = !(error instanceof HttpError) && performance.now() - since > 0.9 * requestTimeoutMs;
        if (silent && ++silences >= SILENCES) throw explain(error, registry);
        throw error;
      }
    };
    try {
      return await retry(attempt, { retries, firstWaitMs });
    } catch (error) {
      throw explain(error, registry);
    }
  }

  const send = async (request: RegistryRequest): Promise<Response> => {
    const ask = () => (request.once === true ? attempt(request) : patiently(() => attempt(request)));
    if (first === undefined) {
      const answer = ask();
      first = answer.catch(() => undefined);
      return answer;
    }
    await first;
    return ask();
  };
  const { memory } = options;
  return {
    manifests: new Map(),
    retry: patiently,
    send: (request) => {
      const { method = 'GET', path, headers = {}, expect = [200] } = request;
      if (memory === undefined || (method !== 'GET' && method !== 'HEAD')) return send(request);
      const user = typeof credentials === 'object' && 'username' in credentials ? credentials.username : '';
      const question = [user, method, origin, repository, path, headers['accept']].join(' ');
      return memory.answer(question, /^(manifests|blobs)\/sha256:/.test(path), (etag) =>
        etag === null
          ? send(request)
          : send({ ...request, headers: { ...headers, 'if-none-match': etag }, expect: [...expect, 304] }),
      );
    },
  };
}

/** Of a request with a blob's body, which may be large and the line slow. */
const BLOB_TIMEOUT_MS = 120_000;

/** Attempts without any answer after which no more is made. */
const SILENCES = 2;

function movesBlob({ method, path, body }: RegistryRequest): boolean {
  return body instanceof Blob || (method === undefined && path.startsWith('blobs/sha256:'));
}

/**
 * The answers to a listing, page by page (distribution spec § Listing Tags, RFC 8288 `Link`).
 * @throws REGISTRY_REFUSED when a page leads back to one that was read, or there is no end of them
 */
export async function* pagesOf(transport: Transport, request: RegistryRequest): AsyncGenerator<Response> {
  const read = new Set<string>();
  let path: string | undefined = request.path;
  while (path !== undefined) {
    if (read.has(path)) throw registryError('REGISTRY_REFUSED', 'The registry lists the same page for ever.');
    if (read.size === MOST_PAGES)
      throw registryError('REGISTRY_REFUSED', `The registry’s list has more than ${MOST_PAGES} pages.`);
    read.add(path);
    // Only of the first page 404 means that there is nothing to list.
    const expect = read.size === 1 ? (request.expect ?? [200]) : [200];
    const answer: Response = await transport.send({ ...request, expect, path });
    yield answer;
    path = /<([^>]+)>;\s*rel="?next"?/.exec(answer.headers.get('link') ?? '')?.[1];
  }
}

/** As many tags as a repository in use for years has, and an end for a list that has none. */
const MOST_PAGES = 2_000;

/** Reads the body here, where a connection that breaks in the middle of it is retried. Registry answers are small. */
async function readWhole(response: Response): Promise<Response> {
  const body = await response.arrayBuffer();
  const { status, headers } = response;
  return new Response(body.byteLength === 0 ? null : body, { status, headers });
}

/** Holds the error list of the distribution spec (§ Error Codes) where there is one. No URL: a Location is a secret. */
async function errorOf(method: string, registry: string, response: Response): Promise<HttpError> {
  const detail = method === 'HEAD' ? undefined : firstError(await response.text().catch(() => ''));
  const message = `The registry ${registry} answered ${response.status} to ${method}`;
  return new HttpError(detail === undefined ? message : `${message} (${detail})`, response);
}

function firstError(text: string): string | undefined {
  try {
    const [first] = (JSON.parse(text) as { errors?: { code?: string; message?: string }[] }).errors ?? [];
    return first === undefined ? undefined : [first.code, first.message].filter(Boolean).join(': ');
  } catch {
    return undefined; // Not the spec's JSON (a proxy's page): the status is enough.
  }
}

function explain(error: unknown, registry: string): unknown {
  if (error instanceof DeliveryError) return error;
  if (!(error instanceof HttpError)) {
    const message = `The registry ${registry} does not answer.`;
    return registryError('REGISTRY_UNREACHABLE', message, { cause: error });
  }
  const refused = [401, 403].includes(error.status) ? 'REGISTRY_UNAUTHORIZED' : 'REGISTRY_REFUSED';
  const code = error.failure === 'refused' ? refused : 'REGISTRY_UNREACHABLE';
  return registryError(code, `${error.message}.`, { cause: error });
}

function originOf(registry: string): string {
  if (registry === DOCKER_HUB) return 'https://registry-1.docker.io';
  return new URL(`${isLoopback(registry) ? 'http' : 'https'}://${registry}`).origin;
}
