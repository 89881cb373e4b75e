import type { ServiceTokens } from '@ehr/service-kit';
import type { Authenticator } from './access/authenticate.ts';
import { defaults, type FhirSettings, type Limits } from './config/fhir-settings.ts';
import type { TenantDatabases } from './database/database.ts';
import type { About, Context } from './fhir/exchange.ts';
import { wholeTenant } from './store/access.ts';
import { pkSource } from './store/next-pks.ts';
import { placesOf } from './store/search/place.ts';
import { readSecret, tokenHashOf } from './store/token-hash.ts';

/** What the request handlers work with. */
export interface Dependencies {
  readonly context: Context;
  /** Null: whoever asks may do everything. */
  readonly authenticator: Authenticator | null;
  /** How ehr-web shows that it is ours; null: nothing is kept for it. */
  readonly service: ServiceTokens | null;
  /** Where clients reach this server, without a slash at its end; null: where they say that they did. */
  readonly publicUrl: string | null;
  /** Whose pages may ask from a browser. */
  readonly corsOrigins: readonly string[];
  /** Addresses of proxies whose forwarded headers are believed. */
  readonly trustedProxies: readonly string[];
  /** Of a request's body, at most. */
  readonly bodyBytes: number;
  readonly limits: Limits;
}

/** Over a database whose schema is up to date; for the first tenant. */
export async function createContext(
  tenants: TenantDatabases,
  about: About,
  settings: FhirSettings = defaults.settings,
): Promise<Context> {
  const secret = await readSecret(tenants.forNobody);
  const database = tenants.forTenant(wholeTenant.tenantId);
  return {
    on: database,
    database,
    tenants,
    access: wholeTenant,
    tokenHash: tokenHashOf(secret),
    places: placesOf(secret),
    sizes: new Map(),
    nextPks: pkSource(),
    settings,
    about,
    now: () => new Date(),
  };
}
