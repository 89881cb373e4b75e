import * as oidc from 'openid-client';
import { readConfig } from '../config/read-config.ts';
import { askKept, type Kept } from './kept-by-api.ts';

/** With whom people sign in, and where this server finds it: it may be elsewhere than for browsers. */
export interface SignInAt {
  readonly issuer: string;
  readonly discovery: string;
}

const REMEMBERED_MS = 30_000;
let known:
  { readonly answer: Kept<SignInAt | { readonly issuer: null }>; readonly until: number } | undefined;

/** Whom ehr-api believes; `issuer` is null where nobody signs in. */
export async function signInAt(): Promise<Kept<SignInAt | { readonly issuer: null }>> {
  if (known !== undefined && known.until > Date.now()) return known.answer;
  const answer = await askKept<SignInAt | { issuer: null }>('issuer');
  if (answer.kind === 'ok') known = { answer, until: Date.now() + REMEMBERED_MS };
  return answer;
}

const METADATA_MS = 3_600_000;
const configurations = new Map<
  string,
  { readonly found: Promise<oidc.Configuration>; readonly until: number }
>();

/** What the issuer says of itself. @throws what openid-client does when it is not reachable */
export async function configurationOf({ issuer, discovery }: SignInAt): Promise<oidc.Configuration> {
  const key = `${issuer} ${discovery}`;
  const earlier = configurations.get(key);
  if (earlier !== undefined && earlier.until > Date.now()) return earlier.found;
  const found = discover({ issuer, discovery });
  configurations.set(key, { found, until: Date.now() + METADATA_MS });
  found.catch(() => configurations.delete(key));
  return found;
}

async function discover({ issuer, discovery }: SignInAt): Promise<oidc.Configuration> {
  const { client } = readConfig();
  const inside: oidc.CustomFetch = (url, options) =>
    fetch(url.startsWith(issuer) ? discovery + url.slice(issuer.length) : url, options as RequestInit);
  return oidc.discovery(new URL(issuer), client.id, client.secret ?? undefined, undefined, {
    [oidc.customFetch]: inside,
    timeout: 5,
    // ehr-api believes an issuer without TLS in a local environment alone.
    execute: [
      oidc.enableNonRepudiationChecks,
      ...(issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : []),
    ],
  });
}
