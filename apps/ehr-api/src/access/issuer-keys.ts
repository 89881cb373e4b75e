import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Issuer } from '../config/issuers.ts';

/** What an issuer publishes of itself: https://openid.net/specs/openid-connect-discovery-1_0.html */
export type Metadata = z.infer<typeof metadataSchema>;

const metadataSchema = z.looseObject({
  issuer: z.string(),
  jwks_uri: z.url(),
  authorization_endpoint: z.url().optional(),
  token_endpoint: z.url().optional(),
});

/** An issuer cannot be reached, or does not say what it has to. */
export class IssuerAway extends Error {
  override readonly name = 'IssuerAway';
}

/** An issuer as it is now: asked when it is first needed, and again when its answer is old. */
export interface KnownIssuer {
  /** @throws IssuerAway */
  readonly metadata: () => Promise<Metadata>;
  /** For jose; keys that it does not know yet are asked for, twice a minute at most. @throws IssuerAway */
  readonly keys: JWTVerifyGetKey;
}

const TIMEOUT_MS = 5_000;
const METADATA_MS = 3_600_000;
const LONGEST_BACK_OFF_MS = 30_000;

/** @param now milliseconds */
export function knownIssuer(
  { issuer, discovery }: Issuer,
  now: () => number = () => Date.now(),
): KnownIssuer {
  let known:
    { readonly metadata: Metadata; readonly keys: JWTVerifyGetKey; readonly until: number } | undefined;
  let pending: Promise<NonNullable<typeof known>> | undefined;
  let failures = 0;
  let notBefore = 0;
  const ask = async () => {
    const metadata = await discover(discovery, issuer);
    const url = inside(metadata.jwks_uri, issuer, discovery);
    const keys = createRemoteJWKSet(new URL(url), { timeoutDuration: TIMEOUT_MS, cooldownDuration: 30_000 });
    return { metadata, keys, until: now() + METADATA_MS };
  };
  const current = async () => {
    if (known !== undefined && known.until > now()) return known;
    // Whoever is away is not asked by every request again.
    if (notBefore > now()) return known ?? away('It was away a moment ago.');
    pending ??= ask();
    try {
      known = await pending;
      failures = 0;
      return known;
    } catch (error) {
      notBefore = now() + Math.min(LONGEST_BACK_OFF_MS, 500 * 2 ** failures);
      failures += 1;
      // What it said an hour ago still holds, more likely than not.
      return known ?? away('It does not answer as an issuer does.', error);
    } finally {
      pending = undefined;
    }
  };
  return {
    metadata: async () => (await current()).metadata,
    keys: async (...token) => (await current()).keys(...token),
  };
}

async function discover(address: string, issuer: string): Promise<Metadata> {
  const answer = await fetch(`${address.replace(/\/+$/u, '')}/.well-known/openid-configuration`, {
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) throw new Error(`It answers ${answer.status}.`);
  const metadata = metadataSchema.parse(await answer.json());
  if (metadata.issuer !== issuer) throw new Error('It says that it is another issuer.');
  return metadata;
}

/** Addresses that an issuer tells browsers lead there from outside: this server goes where it found its metadata. */
function inside(url: string, issuer: string, discovery: string): string {
  return url.startsWith(issuer) ? discovery + url.slice(issuer.length) : url;
}

function away(message: string, cause?: unknown): never {
  throw new IssuerAway(message, { cause });
}
