import { DeliveryError } from '@ehr/delivery';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * Answers a 401's `WWW-Authenticate` with an Authorization header: Basic with the credentials, or Bearer
 * with a token from the realm (distribution spec, token authentication). Credentials go to the realm only
 * over https or loopback.
 */
export async function authorize(
  challenge: string,
  credentials: Credentials | undefined,
  fetcher: typeof fetch,
): Promise<string> {
  const scheme = challenge.split(' ', 1)[0]?.toLowerCase();
  if (scheme === 'basic') {
    if (!credentials) throw unauthorized('The registry wants a user name and password, and none are set.');
    return basic(credentials);
  }
  if (scheme !== 'bearer')
    throw unauthorized('The registry asks for a way to sign in that is not supported.');
  const { realm, service, scope } = parameters(challenge);
  const url = realm === undefined ? undefined : secureUrl(realm);
  if (!url) throw unauthorized('The registry names a token service that is not reached over https.');
  if (service !== undefined) url.searchParams.set('service', service);
  if (scope !== undefined) url.searchParams.set('scope', scope);
  const response = await fetcher(url, {
    headers: credentials ? { authorization: basic(credentials) } : {},
    signal: AbortSignal.timeout(30_000),
  });
  if (response.status >= 500 || response.status === 429) {
    throw new TypeError(`the token service answered ${response.status}`);
  }
  const body = (response.ok ? await response.json() : {}) as { token?: string; access_token?: string };
  const token = body.token ?? body.access_token;
  if (token === undefined) {
    throw unauthorized(`The registry's token service refused the sign-in (${response.status}).`);
  }
  return `Bearer ${token}`;
}

function basic({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function parameters(challenge: string): Record<string, string> {
  return Object.fromEntries(
    [...challenge.matchAll(/([a-z_]+)="([^"]*)"/gi)].map(([, name = '', value = '']) => [
      name.toLowerCase(),
      value,
    ]),
  );
}

function secureUrl(realm: string): URL | undefined {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  return url && (url.protocol === 'https:' || isLoopback(url.hostname)) ? url : undefined;
}

/** 127.0.0.0/8, ::1 and localhost: the hosts an engine, too, talks to without TLS. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function unauthorized(message: string): DeliveryError {
  return new DeliveryError('REGISTRY_UNAUTHORIZED', message);
}
