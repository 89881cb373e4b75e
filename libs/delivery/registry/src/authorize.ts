import { registryError } from './registry-errors.ts';
import type { DeliveryError } from '@ehr/delivery-core';
import type { Credentials, CredentialSource, PasswordCredentials } from '@ehr/delivery-core';
import { HttpError, isTransient } from '@ehr/delivery-http';

/**
 * Answers a 401's `WWW-Authenticate` with an Authorization header: Basic with the credentials, or Bearer
 * with a token from the realm (distribution spec, token authentication). Credentials go to the realm only
 * over https or loopback.
 */
export async function authorize(
  challenge: string,
  given: Credentials | CredentialSource | undefined,
  fetcher: typeof fetch,
): Promise<string> {
  const scheme = challenge.split(' ', 1)[0]?.toLowerCase();
  if (scheme !== 'basic' && scheme !== 'bearer')
    throw unauthorized('The registry asks for a way to sign in that is not supported.');
  if (scheme === 'basic') {
    const credentials = await found(given);
    if (!credentials || !('password' in credentials))
      throw unauthorized('The registry wants a user name and password, and none are set.');
    return basic(credentials);
  }
  const { realm, service, scope } = parameters(challenge);
  const url = realm === undefined ? undefined : secureUrl(realm);
  if (!url) throw unauthorized('The registry names a token service that is not reached over https.');
  const wanted = {
    ...(service !== undefined && { service }),
    ...(scope !== undefined && { scope }),
  };
  const response = await fetcher(...tokenRequest(url, wanted, await found(given)));
  const error = new HttpError(`The registry's token service answered ${response.status}`, response);
  if (isTransient(error)) throw error;
  const body = (response.ok ? await response.json() : {}) as { token?: string; access_token?: string };
  const token = body.token ?? body.access_token;
  if (token === undefined) {
    throw unauthorized(`The registry's token service refused the sign-in (${response.status}).`);
  }
  return `Bearer ${token}`;
}

/** GET with the password, or with nothing; POST for an identity token (OAuth2, as `docker login` left it). */
function tokenRequest(
  url: URL,
  wanted: Readonly<Record<string, string>>,
  credentials: Credentials | undefined,
): [URL, RequestInit] {
  // A redirect is not followed: it would carry the sign-in to a place the registry did not name.
  const shared = { redirect: 'manual', signal: AbortSignal.timeout(30_000) } as const;
  if (credentials && 'identityToken' in credentials) {
    const grant = { grant_type: 'refresh_token', refresh_token: credentials.identityToken };
    const body = new URLSearchParams({ ...wanted, ...grant, client_id: 'ehr-delivery' });
    return [url, { ...shared, method: 'POST', body }];
  }
  for (const [name, value] of Object.entries(wanted)) url.searchParams.set(name, value);
  return [url, { ...shared, headers: credentials ? { authorization: basic(credentials) } : {} }];
}

async function found(given: Credentials | CredentialSource | undefined): Promise<Credentials | undefined> {
  return typeof given === 'function' ? given() : given;
}

function basic({ username, password }: PasswordCredentials): string {
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
  return registryError('REGISTRY_UNAUTHORIZED', message);
}
