import {
  type Credentials,
  type CredentialSource,
  type DeliveryError,
  isLoopback,
  type PasswordCredentials,
} from '@ehr/delivery-core';
import { HttpError, isTransient } from '@ehr/delivery-http';
import { registryError } from './registry-errors.ts';

/**
 * The Authorization header for a 401's `WWW-Authenticate`: Basic with the credentials, or Bearer with a token from the
 * realm (distribution spec, token authentication). Credentials go to the realm only over https or loopback, and a
 * credential source is called only when its answer can be sent.
 * @throws REGISTRY_UNAUTHORIZED, and HttpError when the token service answers 408, 429 or 5xx
 */
export async function authorize(
  challenge: string,
  credentials: Credentials | CredentialSource | undefined,
  fetcher: typeof fetch,
): Promise<string> {
  const read = async () => (typeof credentials === 'function' ? credentials() : credentials);
  const scheme = challenge.split(' ', 1)[0]?.toLowerCase();
  if (scheme === 'basic') {
    const given = await read();
    if (given && 'password' in given) return basic(given);
    throw unauthorized('The registry wants a user name and password, and none are set.');
  }
  if (scheme !== 'bearer') throw unauthorized('The registry wants a kind of sign-in that is not supported.');
  const { realm = '', ...parameters } = parametersOf(challenge);
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (!url || (url.protocol !== 'https:' && !isLoopback(url.hostname)))
    throw unauthorized('The registry names a token service that is not reached over https.');
  const given = await read();
  const wider = given === undefined ? parameters : { ...parameters, scope: withPush(parameters['scope']) };
  let response = await fetcher(...tokenRequest(url, wider, given));
  if ([400, 401, 403].includes(response.status) && wider.scope !== parameters['scope']) {
    await response.body?.cancel();
    response = await fetcher(...tokenRequest(url, parameters, given));
  }
  const error = new HttpError(`The registry's token service answered ${response.status}`, response);
  if (isTransient(error)) throw error;
  const body = (response.ok ? await response.json() : {}) as { token?: string; access_token?: string };
  const token = body.token ?? body.access_token;
  if (token !== undefined) return `Bearer ${token}`;
  throw unauthorized(`The registry's token service refused the sign-in (${response.status}).`);
}

/** Whoever signs in to read a repository writes to it next, as a rule: one token for both. The service gives what it may. */
function withPush(scope = ''): string {
  return scope.replace(/^(repository:[^ ]+):pull$/, '$1:pull,push');
}

/** GET with the password, or with nothing; POST for an identity token (OAuth2, as `docker login` left it). */
function tokenRequest(
  url: URL,
  parameters: Readonly<Record<string, string>>,
  credentials: Credentials | undefined,
): [URL, RequestInit] {
  // A redirect is not followed: it would carry the sign-in to a place the registry did not name.
  const shared = { redirect: 'manual', signal: AbortSignal.timeout(10_000) } as const;
  if (credentials && 'identityToken' in credentials) {
    const grant = { grant_type: 'refresh_token', refresh_token: credentials.identityToken };
    const body = new URLSearchParams({ ...parameters, ...grant, client_id: 'ehr-delivery' });
    return [url, { ...shared, method: 'POST', body }];
  }
  // Token authentication, § Requesting a Token: each scope is a parameter.
  const { scope = '', ...others } = parameters;
  for (const [name, value] of Object.entries(others)) url.searchParams.set(name, value);
  for (const one of scope.split(' ').filter(Boolean)) url.searchParams.append('scope', one);
  return [url, { ...shared, headers: credentials ? { authorization: basic(credentials) } : {} }];
}

function basic({ username, password }: PasswordCredentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Realm, service and scope of a challenge; others are of no use to a token service. */
function parametersOf(challenge: string): Record<string, string> {
  return Object.fromEntries(
    [...challenge.matchAll(/\b(realm|service|scope)="([^"]*)"/gi)].map(([, name = '', value = '']) => [
      name.toLowerCase(),
      value,
    ]),
  );
}

function unauthorized(message: string): DeliveryError {
  return registryError('REGISTRY_UNAUTHORIZED', message);
}
