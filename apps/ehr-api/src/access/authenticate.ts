import { hash } from 'node:crypto';
import type { SearchLimits } from '@ehr/fhir/server';
import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Issuer, Role } from '../config/issuers.ts';
import type { Access } from '../store/access.ts';
import { accessOf } from './access-of.ts';
import type { Principal } from './decide.ts';
import { IssuerAway, type KnownIssuer, knownIssuer, type Metadata } from './issuer-keys.ts';
import { NotLetIn } from './not-let-in.ts';
import { parseScopes } from './scopes.ts';

/** Somebody whose token was checked, and what they may. */
export interface Identified {
  readonly principal: Principal;
  readonly access: Access;
}

/** Checks bearer tokens: https://www.rfc-editor.org/rfc/rfc9068 */
export interface Authenticator {
  /** @throws NotLetIn */
  readonly identify: (authorization: string | undefined) => Promise<Identified>;
  /** The one that apps sign in with, the first of those that are believed. */
  readonly issuer: Issuer;
  /** What that one says of itself. @throws NotLetIn */
  readonly metadata: () => Promise<Metadata>;
}

/** Clocks differ by so many seconds. */
const TOLERANCE = 30;
/** A token that holds is believed so long without being checked again. */
const REMEMBERED_MS = 60_000;
const MOST_REMEMBERED = 5_000;

/** `tenantId` finds a tenant by its name; `limits` are those of a scope's search. */
export function authenticatorOf(
  issuers: readonly [Issuer, ...Issuer[]],
  tenantId: (name: string) => Promise<number | undefined>,
  limits: SearchLimits,
  now: () => number = () => Date.now(),
): Authenticator {
  const [first, ...others] = issuers;
  const signingIn = { issuer: first, is: knownIssuer(first, now) };
  const believed = [signingIn, ...others.map((issuer) => ({ issuer, is: knownIssuer(issuer, now) }))];
  const known = new Map(believed.map((one) => [one.issuer.issuer, one]));
  const remembered = new Map<string, { readonly identified: Identified; readonly until: number }>();
  return {
    identify: async (authorization) => {
      const token = tokenIn(authorization);
      const key = hash('sha256', token, 'base64url');
      const earlier = remembered.get(key);
      if (earlier !== undefined && earlier.until > now()) return earlier.identified;
      remembered.delete(key);
      const from = known.get(issuerOf(token));
      if (from === undefined) throw unauthorized('The token is of an issuer that is not believed here.');
      const payload = await verified(token, from, now);
      const principal = principalOf(payload, from.issuer, now);
      const tenant = await tenantId(principal.tenant);
      if (tenant === undefined)
        throw new NotLetIn(403, 'forbidden', 'The token is for a tenant that this server does not have.'); // prettier-ignore
      const identified = { principal, access: accessOf(principal, tenant, limits) };
      if (remembered.size >= MOST_REMEMBERED) remembered.clear();
      remembered.set(key, { identified, until: Math.min(now() + REMEMBERED_MS, (payload.exp ?? 0) * 1000) });
      return identified;
    },
    issuer: first,
    metadata: () => signingIn.is.metadata().catch(unreachable),
  };
}

function tokenIn(authorization: string | undefined): string {
  if (authorization === undefined)
    throw unauthorized('Sign in: this needs a token, sent as Authorization: Bearer.', null);
  const [, token] = /^Bearer +([\w.~+/-]+=*)$/iu.exec(authorization) ?? [];
  if (token === undefined) throw unauthorized('Authorization has to be Bearer and a token.');
  return token;
}

function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch {
    throw unauthorized('The token is no JSON Web Token.');
  }
}

async function verified(
  token: string,
  { issuer, is }: { readonly issuer: Issuer; readonly is: KnownIssuer },
  now: () => number,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, is.keys, {
      issuer: issuer.issuer,
      audience: issuer.audience,
      algorithms: [...issuer.algorithms],
      requiredClaims: ['exp', 'iat', 'sub'],
      clockTolerance: TOLERANCE,
      currentDate: new Date(now()),
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw unauthorized('The token has expired; get a new one.', 'invalid_token', 'expired');
    if (error instanceof errors.JWTClaimValidationFailed) throw wrong(error.claim);
    if (
      error instanceof IssuerAway ||
      error instanceof errors.JWKSTimeout ||
      !(error instanceof errors.JOSEError) ||
      // Its keys were not to be had.
      error.code === 'ERR_JOSE_GENERIC'
    )
      return unreachable();
    throw unauthorized('The token is not signed by its issuer as it has to be.');
  }
}

/** What claims say, by the names that this issuer gives them. */
function principalOf(payload: JWTPayload, issuer: Issuer, now: () => number): Principal {
  const claim = (path: string) =>
    path
      .split('.')
      .reduce<unknown>(
        (value, name) =>
          value instanceof Object && Object.hasOwn(value, name)
            ? (value as Record<string, unknown>)[name]
            : undefined,
        payload,
      );
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  const texts = (value: unknown) => [value].flat().filter((one) => typeof one === 'string');
  const subject = text(payload.sub);
  if (subject === undefined) throw wrong('sub');
  if ((payload.iat ?? 0) > now() / 1000 + TOLERANCE) throw wrong('iat');
  const client = text(payload['client_id']) ?? text(payload['azp']) ?? '';
  const names = texts(claim(issuer.claims.roles));
  const named = claim(issuer.claims.tenant);
  const tenant = named === undefined ? issuer.tenant : text(named);
  if (tenant === undefined || !(issuer.tenants.includes(tenant) || issuer.tenants.includes('*')))
    throw new NotLetIn(
      403,
      'forbidden',
      'The token is for a tenant that its issuer does not speak for here.',
    );
  return {
    subject,
    issuer: issuer.issuer,
    client,
    isSystem: client !== '' && subject === client,
    tenant,
    isStaff: names.length > 0,
    roles: names.flatMap((name): Role[] => Object.hasOwn(issuer.roles, name) ? [issuer.roles[name] as Role] : []), // prettier-ignore
    scopes: parseScopes(texts(payload['scope'] ?? payload['scp']).join(' ')),
    patient: text(claim(issuer.claims.patient)) ?? null,
    purpose: texts(claim(issuer.claims.purpose)).join(' ') || null,
  };
}

function wrong(claim: string): NotLetIn {
  return unauthorized(`The token does not hold here: its ${claim} is not what it has to be.`);
}

/** https://www.rfc-editor.org/rfc/rfc6750#section-3 */
function unauthorized(
  diagnostics: string,
  error: string | null = 'invalid_token',
  code: 'login' | 'expired' = 'login',
): NotLetIn {
  const challenge = `Bearer realm="FHIR"${error === null ? '' : `, error="${error}", error_description="${diagnostics}"`}`;
  return new NotLetIn(401, code, diagnostics, { 'www-authenticate': challenge });
}

function unreachable(): never {
  const diagnostics = 'Whoever signed the token cannot be asked for their keys now; try again.';
  throw new NotLetIn(503, 'transient', diagnostics, { 'retry-after': '5' });
}
