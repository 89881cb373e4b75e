import * as oidc from 'openid-client';
import { SeedRefused } from './seed-refused.ts';

/** Headers by which a record service lets this tool in; none where it lets everybody in. */
export type Authorization = Readonly<Record<string, string>>;

/** A token is asked for anew after so long. */
const REMEMBERED_MS = 60_000;

/**
 * Signs in as a program at the issuer that a record service names: as one that the development issuer knows, or as
 * EHR_SEED_CLIENT_ID with EHR_SEED_CLIENT_SECRET. The function it gives has the headers of each request.
 * @throws SeedRefused where the issuer does not know it
 */
export async function authorizationAt(url: string): Promise<() => Promise<Authorization>> {
  const answer = await fetch(`${url}/fhir/.well-known/smart-configuration`);
  if (answer.status === 404) return async () => ({});
  const { issuer } = (await answer.json()) as { readonly issuer?: string };
  const { EHR_SEED_CLIENT_ID: id = 'ehr-seed', EHR_SEED_CLIENT_SECRET: secret = 'demo' } = process.env;
  let known: { readonly headers: Authorization; readonly until: number } | undefined;
  const sign = async () => {
    const isPlain = issuer?.startsWith('http:') === true;
    const options = isPlain ? { execute: [oidc.allowInsecureRequests] } : {};
    const config = await oidc.discovery(new URL(issuer ?? ''), id, secret, undefined, options);
    const { access_token: token } = await oidc.clientCredentialsGrant(config, { scope: 'system/*.cruds' });
    return { headers: { authorization: `Bearer ${token}` }, until: Date.now() + REMEMBERED_MS };
  };
  return async () => {
    if (known === undefined || known.until < Date.now())
      known = await sign().catch((cause: unknown) => {
        throw new SeedRefused(
          `${issuer ?? url} does not let ${id} in. Set EHR_SEED_CLIENT_ID and EHR_SEED_CLIENT_SECRET to a program that it knows and that may write.`,
          { cause },
        );
      });
    return known.headers;
  };
}
