import { setTimeout as sleep } from 'node:timers/promises';
import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { readConfig } from '../config/read-config.ts';
import { type SignInAt, signInAt } from './issuer.ts';
import { askKept } from './kept-by-api.ts';
import { signInHref } from './own-path.ts';
import { renewedTokens } from './renew-tokens.ts';
import { type Holder, keyOf, seal, unseal } from './seal.ts';
import { type May, type Session, shownTypes, type Visitor } from './session.ts';
import { sessionIn, siteOf } from './session-cookie.ts';

/** Who asks for this page; found out once for each. A session that is asked for lasts on. */
export const visitor = cache(async (): Promise<Visitor> => {
  const at = await signInAt();
  if (at.kind === 'unreachable' || at.kind === 'misconfigured') return at;
  if (at.kind === 'refused') return { kind: 'misconfigured' };
  if (at.value.issuer === null) return { kind: 'open' };
  const holder = sessionIn(await cookies(), siteOf(await headers()));
  return holder === undefined ? { kind: 'signed-out' } : visitorOf(holder, at.value);
});

/** Who asks, and a page that asks to sign in for whoever has not. */
export async function demandVisitor(path: string): Promise<Visitor> {
  const found = await visitor();
  if (found.kind === 'signed-out') redirect(signInHref(path));
  return found;
}

/** An access token that ends sooner than this is renewed before it is used. */
const RENEWED_BEFORE_MS = 60_000;
/** One that ends sooner may be refused on its way. */
const USED_UP_MS = 5_000;
/** So long is waited for another request that renews. */
const TRIES = 40;
const TRY_MS = 200;

async function visitorOf(holder: Holder, at: SignInAt): Promise<Visitor> {
  const { secret } = readConfig();
  const key = keyOf(holder);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const kept = await askKept<{ sealed: string; version: number; may: May }>('sessions/use', { key });
    if (kept.kind === 'refused') return { kind: 'signed-out' };
    if (kept.kind !== 'ok') return kept;
    const { sealed, version, may } = kept.value;
    const session = (await unseal(sealed, secret, 'session', holder)) as Session | undefined;
    if (session === undefined) return { kind: 'signed-out' };
    const own = { kind: 'signed-in', holder, session, may } as const;
    const { expires, refresh } = session.tokens;
    const left = expires - Date.now();
    if (left > RENEWED_BEFORE_MS) return own;
    if (refresh === null) return left > 0 ? own : { kind: 'signed-out' };
    // A refresh token is good once: of all that find it so only one may use it.
    const claim = await askKept<{ claimed: boolean }>('sessions/claim', { key, version });
    if (claim.kind === 'ok' && claim.value.claimed) return renewed(own, version, at);
    // Somebody else renews it: what there is will do meanwhile.
    if (left > USED_UP_MS) return own;
    await sleep(TRY_MS);
  }
  return { kind: 'unreachable' };
}

type SignedIn = Extract<Visitor, { kind: 'signed-in' }>;

async function renewed(own: SignedIn, version: number, at: SignInAt): Promise<Visitor> {
  const { holder, session } = own;
  const tokens = await renewedTokens(session.tokens, at);
  const key = keyOf(holder);
  if (tokens === 'ended') {
    await askKept('sessions/end', { key, everywhere: false });
    return { kind: 'signed-out' };
  }
  // The issuer is away: what there is holds for as long as it does.
  if (tokens === 'away') {
    await askKept('sessions/release', { key, version });
    return session.tokens.expires > Date.now() ? own : { kind: 'unreachable' };
  }
  const current = { ...session, tokens };
  const kept = await askKept<{ may: May }>('sessions/renew', {
    key,
    version,
    sealed: await seal(current, readConfig().secret, 'session', holder),
    token: tokens.access,
    types: shownTypes,
  });
  if (kept.kind === 'refused') return { kind: 'signed-out' };
  return kept.kind === 'ok' ? { ...own, session: current, may: kept.value.may } : kept;
}
