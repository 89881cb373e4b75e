import * as oidc from 'openid-client';
import { readConfig } from '../config/read-config.ts';
import { log } from '../log/log.ts';
import { configurationOf, type SignInAt } from './issuer.ts';
import { askKept } from './kept-by-api.ts';
import { ownPath, type Why } from './own-path.ts';
import { tokensOf } from './renew-tokens.ts';
import { type Holder, keyOf, newHolder, seal, unseal } from './seal.ts';
import { type May, type Session, shownTypes } from './session.ts';

/** Carries what a sign-in was begun with to where it ends: sealed, for ten minutes. */
export const SIGN_IN_COOKIE = 'ehr-sign-in';

/** Once somebody signs in, for at most so long: a shift. */
const MOST_SECONDS = 12 * 3_600;

interface Begun {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly to: string;
}

/** Where browsers reach this service, and come back to from the issuer. */
export function originOf(headers: Headers): string {
  const { publicUrl } = readConfig();
  const host = headers.get('x-forwarded-host') ?? headers.get('host') ?? '';
  return publicUrl ?? `${headers.get('x-forwarded-proto') ?? 'http'}://${host}`;
}

/** The address of the issuer that signs somebody in, and the cookie that goes with it. */
export async function beginSignIn(
  at: SignInAt,
  origin: string,
  to: string,
): Promise<{ readonly url: string; readonly cookie: string }> {
  const { client, secret } = readConfig();
  const begun: Begun = {
    state: oidc.randomState(),
    nonce: oidc.randomNonce(),
    verifier: oidc.randomPKCECodeVerifier(),
    to: ownPath(to),
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
  });
  const sealed = await seal(begun, secret, 'sign-in');
  const secure = origin.startsWith('https:') ? '; Secure' : '';
  return {
    url: url.href,
    cookie: `${SIGN_IN_COOKIE}=${sealed}; Path=/sign-in; Max-Age=600; HttpOnly; SameSite=Lax${secure}`,
  };
}

/** How a sign-in ended. */
export type Ended =
  | { readonly kind: 'signed-in'; readonly holder: Holder; readonly to: string }
  | { readonly kind: 'not'; readonly why: Why; readonly to: string };

/** Takes what the issuer sends the browser back with, and keeps a session. `query` begins with `?`. */
export async function endSignIn(
  at: SignInAt,
  origin: string,
  query: string,
  cookie: string | undefined,
): Promise<Ended> {
  const { secret, idleMinutes } = readConfig();
  const begun = (await unseal(cookie ?? '', secret, 'sign-in')) as Begun | undefined;
  const to = ownPath(begun?.to);
  if (begun === undefined) return { kind: 'not', why: 'failed', to };
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

async function exchanged(
  at: SignInAt,
  url: URL,
  { state, nonce, verifier }: Begun,
): Promise<Session | undefined> {
  try {
    const answer = await oidc.authorizationCodeGrant(await configurationOf(at), url, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const claims = answer.claims();
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

/** Ends a session, or all of the same person, and lets the issuer forget its tokens. */
export async function endSession(
  at: SignInAt | null,
  holder: Holder,
  session: Session | null,
  everywhere: boolean,
): Promise<void> {
  await askKept('sessions/end', { key: keyOf(holder), everywhere });
  const refresh = session?.tokens.refresh ?? null;
  if (at === null || refresh === null) return;
  try {
    await oidc.tokenRevocation(await configurationOf(at), refresh, { token_type_hint: 'refresh_token' });
  } catch (err) {
    // The session is gone, and with it the only copy.
    log('warn', 'the issuer did not revoke a token', { err });
  }
}
