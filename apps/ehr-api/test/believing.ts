import { type Authenticator, authenticatorOf } from '../src/access/authenticate.ts';
import { defaults } from '../src/config/fhir-settings.ts';
import { type Issuer, issuersVariable, withAudience } from '../src/config/issuers.ts';
import type { Database } from '../src/database/database.ts';
import { tenantsOf } from '../src/store/tenants.ts';
import { AUDIENCE } from './start-issuer.ts';

/** Believes this issuer alone; `special` is what EHR_ISSUERS says of it besides. */
export function believing(issuer: string, database: Database, special: object = {}): Authenticator {
  return authenticatorOf([issuerConfig(issuer, special)], tenantsOf(database), defaults.settings.search);
}

/** An issuer as EHR_ISSUERS tells of it. */
function issuerConfig(issuer: string, special: object = {}): Issuer {
  const text = JSON.stringify([{ issuer, audience: AUDIENCE, tenants: ['*'], ...special }]);
  const [config] = withAudience(issuersVariable.parse(text), null);
  if (config === undefined) throw new Error('There is one.');
  return config;
}
