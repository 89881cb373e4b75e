import { DOCKER_HUB, DeliveryError } from '@ehr/delivery-core';
import type { Credentials, CredentialSource } from '@ehr/delivery-core';
import { HttpError, retry } from '@ehr/delivery-http';
import { authorize, isLoopback } from './authorize.ts';
import { registryError } from './registry-errors.ts';

export interface TransportOptions {
  /** Host with optional port, as in a reference; `docker.io` is Docker Hub. */
  readonly registry: string;
  /** Sent to this registry and to the token service it names, and only once it asks. */
  readonly credentials?: Credentials | CredentialSource;
  /** How often a transient failure is tried again (default 5), waiting 250 ms, 500 ms, 1 s … or Retry-After. */
  readonly retries?: number;
  readonly retryDelayMs?: number;
  readonly fetch?: typeof fetch;
}

export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Path under the registry's root, or an absolute Location it gave. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Blob | string;
  /** The statuses that are an answer; any other is an error. */
  readonly expect: readonly number[];
  /** Tried once: the caller resumes by itself. */
  readonly once?: boolean;
}

/** Sends one request to a registry: signs in when asked to, retries what may pass, names what will not. */
export interface Transport {
  send(request: RegistryRequest): Promise<Response>;
  /** Runs `attempt` again after a transient failure, with the same patience as `send`. */
  retry<T>(attempt: (number: number) => Promise<T>): Promise<T>;
}

export function createTransport(options: TransportOptions): Transport {
  const { registry, credentials, retries = 5, retryDelayMs = 250 } = options;
  const fetcher = options.fetch ?? fetch;
  const origin = originOf(registry);
  let authorization: string | undefined;

  async function attempt(request: RegistryRequest, signedIn = false): Promise<Response> {
    const url = new URL(request.path, origin);
    const response = await fetcher(url, {
      method: request.method,
      headers: {
        ...request.headers,
        // A Location may lead to a storage host: the sign-in belongs to the registry alone.
        ...(authorization !== undefined && url.origin === origin && { authorization }),
      },
      ...(request.body !== undefined && { body: request.body }),
      signal: AbortSignal.timeout(120_000),
    });
    if (request.expect.includes(response.status)) return readWhole(response);
    const challenge = response.headers.get('www-authenticate');
    if (response.status === 401 && challenge !== null && !signedIn && url.origin === origin) {
      await response.body?.cancel();
      authorization = await authorize(challenge, credentials, fetcher);
      return attempt(request, true);
    }
    throw await errorOf(request.method, registry, response);
  }

  async function patiently<T>(run: (number: number) => Promise<T>): Promise<T> {
    // Uploads run side by side: at random, so that they do not all come back at the same moment.
    const firstWaitMs = retryDelayMs * (1 + Math.random());
    try {
      return await retry(run, { retries, firstWaitMs });
    } catch (error) {
      throw explain(error, registry);
    }
  }

  return {
    retry: patiently,
    send: (request) => (request.once === true ? attempt(request) : patiently(() => attempt(request))),
  };
}

/** Reads the body here, where a line that breaks in the middle of it is tried again. Registry answers are small. */
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
    return undefined; // Not the spec's JSON (a proxy's page): the status says enough.
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
  return new URL(`${isLoopback(registry.replace(/:\d+$/, '')) ? 'http' : 'https'}://${registry}`).origin;
}
