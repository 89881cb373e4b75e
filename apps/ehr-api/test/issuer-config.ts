import { type Issuer, issuersVariable, withAudience } from '../src/config/issuers.ts';
import { AUDIENCE } from './start-issuer.ts';

/** An issuer as EHR_ISSUERS tells of it. */
export function issuerConfig(issuer: string, special: object = {}): Issuer {
  const text = JSON.stringify([{ issuer, audience: AUDIENCE, tenants: ['*'], ...special }]);
  const [config] = withAudience(issuersVariable.parse(text), null);
  if (config === undefined) throw new Error('There is one.');
  return config;
}
