import type { JWK } from 'jose';
import Provider, { type ClientMetadata, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { answerInteractions } from './answer-interactions.ts';
import { type Contexts, contextsInMemory } from './contexts.ts';
import { PASSWORD, personOf } from './people.ts';

/** How an issuer is set up. */
export interface IssuerSettings {
  /** As browsers reach it, and as tokens name it. */
  readonly url: string;
  /** Who takes its access tokens: the FHIR service, as tokens name it. */
  readonly audience: string;
  /** Private keys to sign with, ES256. */
  readonly keys: readonly JWK[];
  readonly cookieKeys: readonly string[];
  readonly clients: readonly ClientMetadata[];
  /** How long an access token holds. */
  readonly tokenSeconds: number;
}

/** An OpenID provider with SMART App Launch, for development and tests. */
export interface Issuer {
  readonly provider: Provider;
  readonly contexts: Contexts;
}

const EHR_WEB = 'ehr-web';

/** Of this workspace: the web app at any port of this machine, and what writes fictional patients. */
const ownClients: readonly ClientMetadata[] = [
  {
    client_id: EHR_WEB,
    client_name: 'EHR Connect',
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: ['http://127.0.0.1/sign-in/done', 'http://localhost/sign-in/done'],
  },
  {
    client_id: 'ehr-seed',
    client_secret: PASSWORD,
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
  },
];

/** What a token may be asked for besides records. */
const SCOPES = ['openid', 'offline_access', 'profile', 'fhirUser', 'launch', 'launch/patient'];

/** The same grammar as ehr-api has. */
const RECORDS = /^(?:patient|user|system)\/(?:\*|[A-Z][A-Za-z]+)\.(?:read|write|\*|c?r?u?d?s?(?:\?.+)?)$/u;

export function createIssuer({
  url,
  audience,
  keys,
  cookieKeys,
  clients,
  tokenSeconds,
}: IssuerSettings): Issuer {
  const contexts = contextsInMemory();
  const configuration: Configuration = {
    clients: [...ownClients, ...clients],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    jwks: { keys: [...keys] },
    // SMART's backend services sign with these: http://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html
    enabledJWA: { clientAuthSigningAlgValues: ['RS384', 'ES384', 'RS256', 'ES256'] },
    cookies: { keys: [...cookieKeys] },
    scopes: SCOPES,
    claims: { openid: ['sub'], profile: ['name'], fhirUser: ['fhirUser'] },
    conformIdTokenClaims: false,
    // `aud` is SMART's name of the server that a token is for; it has one audience all the same.
    extraParams: ['launch', 'aud'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client, code) => client.grantTypeAllowed('refresh_token') && (client.clientId === EHR_WEB || code.scopes.has('offline_access')), // prettier-ignore
    ttl: { AccessToken: tokenSeconds, ClientCredentials: tokenSeconds, AuthorizationCode: 60, RefreshToken: 28_800, Grant: 28_800, Interaction: 600, Session: 28_800 }, // prettier-ignore
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    clientBasedCORS: () => true,
    findAccount: (_ctx, name) => {
      const person = personOf(name);
      return person && { accountId: name, claims: () => ({ sub: name, name: person.fullName, fhirUser: person.fhirUser }) }; // prettier-ignore
    },
    extraTokenClaims: (_ctx, token) => {
      const person = 'accountId' in token ? personOf(token.accountId) : undefined;
      const patient = 'grantId' in token ? contexts.patientOf(token.grantId) : undefined;
      return {
        ...(person && { roles: person.roles, tenant: person.tenant, fhirUser: person.fhirUser }),
        ...(patient !== undefined && { patient }),
      };
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx) => ({
          audience,
          scope: scopesAsked(ctx).filter((scope) => RECORDS.test(scope)).join(' '),
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      }, // prettier-ignore
    },
  };
  const provider = new Provider(url, configuration);
  provider.use(async (ctx, next) => {
    await next();
    const { oidc, body } = ctx as KoaContextWithOIDC & { body?: Record<string, unknown> };
    if (oidc?.route !== 'token' || body?.['access_token'] === undefined) return;
    // SMART tells the app about whom it is beside the token.
    const patient = contexts.patientOf(oidc.entities.AccessToken?.grantId);
    if (patient !== undefined) ctx.body = { ...body, patient, need_patient_banner: true };
  });
  answerInteractions(provider, contexts, audience);
  return { provider, contexts };
}

/** What a request asks for, or what was asked for when it was granted. */
function scopesAsked({ oidc }: KoaContextWithOIDC): readonly string[] {
  const { AuthorizationCode, RefreshToken } = oidc.entities;
  return [oidc.params?.['scope'], AuthorizationCode?.scope, RefreshToken?.scope].flatMap((scope) =>
    typeof scope === 'string' ? scope.split(' ') : [],
  );
}
