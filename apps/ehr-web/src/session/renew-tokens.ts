import * as oidc from 'openid-client';
import { log } from '../log/log.ts';
import { configurationOf, type SignInAt } from './issuer.ts';
import type { Tokens } from './session.ts';

/** New tokens for an old refresh token; `ended` where the issuer gives none, `away` where it does not answer. */
export async function renewedTokens({ refresh }: Tokens, at: SignInAt): Promise<Tokens | 'ended' | 'away'> {
  try {
    const answer = await oidc.refreshTokenGrant(await configurationOf(at), refresh ?? '');
    return tokensOf(answer, refresh);
  } catch (err) {
    // Whatever else it says may be over in a moment.
    if (err instanceof oidc.ResponseBodyError && err.error === 'invalid_grant') return 'ended';
    log('error', 'the issuer did not renew a token', { err });
    return 'away';
  }
}

/** A token that does not say how long it holds is renewed after five minutes. */
const LASTS_SECONDS = 300;

/** What an issuer's answer says; `before` is the refresh token that holds on where it gives no new one. */
export function tokensOf(
  { access_token, refresh_token, expires_in = LASTS_SECONDS }: { readonly access_token: string; readonly refresh_token?: string; readonly expires_in?: number }, // prettier-ignore
  before: string | null = null,
): Tokens {
  return { access: access_token, refresh: refresh_token ?? before, expires: Date.now() + expires_in * 1_000 };
}
