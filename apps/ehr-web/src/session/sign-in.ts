import * as oidc from 'openid-client';
import { readConfig } from '../config/read-config.ts';
import { log } from '../log/log.ts';
import { configurationOf, type SignInAt } from './issuer.ts';
import { askKept } from './kept-by-api.ts';
import { ownPath, type Why } from './own-path.ts';
import { tokensOf } from './renew-tokens.ts';
import { type Holder, keyOf, newHolder, seal, unseal } from './seal.ts';
import { type May, type Session, shownTypes } from './session.ts';
import { signInCookie, type Site } from './session-cookie.ts';

/** What a sign-in was begun with holds so long. */
const BEGUN_SECONDS = 600;

/** Once somebody signs in, for at most so long: a shift. */
const MOST_SECONDS = 12 * 3_600;

interface Begun {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly to: string;
  /** When; seconds since 1970. */
  readonly at: number;
}

/** The address of the issuer that signs somebody in, and the cookie that goes with it. */
export async function beginSignIn(
  at: SignInAt,
  { origin, isSecure }: Site,
  to: string,
): Promise<{ readonly url: string; readonly cookie: string }> {
  const { client, secret } = readConfig();
  const begun: Begun = {
    state: oidc.randomState(),
    nonce: oidc.randomNonce(),
    verifier: oidc.randomPKCECodeVerifier(),
    to: ownPath(to),
    at: Math.floor(Date.now() / 1000),
  };
  const url = oidc.buildAuthorizationUrl(await configurationOf(at), {
    redirect_uri: `${origin}/sign-in/done`,
    scope: client.scope,
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: 'S256',
    // Computers of a clinic are shared: who sits there now shows who they are, whoever the issuer remembers.
    prompt: 'login',
    max_age: '0',
  });
  return {
    url: url.href,
    cookie: signInCookie(await seal(begun, secret, 'sign-in'), BEGUN_SECONDS, isSecure),
  };
}

/** How a sign-in ended. */
export type Ended =
  | { readonly kind: 'signed-in'; readonly holder: Holder; readonly to: string }
  | { readonly kind: 'not'; readonly why: Why; readonly to: string };

/** Takes what the issuer sends the browser back with, and keeps a session. `query` begins with `?`. */
export async function endSignIn(
  at: SignInAt,
  { origin }: Site,
  query: string,
  cookie: string | undefined,
): Promise<Ended> {
  const { secret, idleMinutes } = readConfig();
  const begun = (await unseal(cookie ?? '', secret, 'sign-in')) as Begun | undefined;
  const to = ownPath(begun?.to);
  const isOld = begun !== undefined && begun.at + BEGUN_SECONDS < Date.now() / 1000;
  if (begun === undefined || isOld) return { kind: 'not', why: 'failed', to };
  const signedIn = await exchanged(at, new URL(`${origin}/sign-in/done${query}`), begun);
  if (signedIn === undefined) return { kind: 'not', why: 'failed', to };
  const holder = newHolder();
  const kept = await askKept<{ may: May }>('sessions/sign-in', {
    key: keyOf(holder),
    sealed: await seal(signedIn, secret, 'session', holder),
    idle: idleMinutes * 60,
    most: MOST_SECONDS,
    token: signedIn.tokens.access,
    types: shownTypes,
  });
  if (kept.kind === 'ok') return { kind: 'signed-in', holder, to };
  return { kind: 'not', why: kept.kind === 'refused' ? 'denied' : 'failed', to };
}

const CLOCKS_DIFFER_SECONDS = 30;

async function exchanged(
  at: SignInAt,
  url: URL,
  { state, nonce, verifier, at: begun }: Begun,
): Promise<Session | undefined> {
  try {
    const answer = await oidc.authorizationCodeGrant(await configurationOf(at), url, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const claims = answer.claims();
    // Whoever takes `prompt` out of the address is signed in as whom the issuer remembers: that was before.
    if ((claims?.auth_time ?? 0) < begun - CLOCKS_DIFFER_SECONDS)
      throw new Error('The issuer asked nobody who they are.');
    const subject = claims?.sub ?? '';
    const name = claims?.['name'];
    return {
      person: { subject, name: typeof name === 'string' && name !== '' ? name : subject },
      tokens: tokensOf(answer),
    };
  } catch (err) {
    log('warn', 'somebody did not sign in', { err });
    return undefined;
  }
}

/** Ends a session, or all of the same person; whether it did. The issuer forgets the tokens of this one. */
export async function endSession(at: SignInAt | null, holder: Holder, everywhere: boolean): Promise<boolean> {
  const key = keyOf(holder);
  const ended = await askKept<{ ended: number; sealed?: string }>('sessions/end', { key, everywhere });
  // What has ended by itself is ended here, too; everywhere it is only if somebody says so.
  const isDone = ended.kind === 'ok' && (ended.value.ended > 0 || !everywhere);
  if (ended.kind !== 'ok' || at === null) return isDone;
  const session = (await unseal(ended.value.sealed ?? '', readConfig().secret, 'session', holder)) as
    Session | undefined;
  const refresh = session?.tokens.refresh ?? null;
  if (refresh === null) return isDone;
  try {
    await oidc.tokenRevocation(await configurationOf(at), refresh, { token_type_hint: 'refresh_token' });
  } catch (err) {
    // The session is gone, and with it the only copy.
    log('warn', 'the issuer did not revoke a token', { err });
  }
  return isDone;
}
