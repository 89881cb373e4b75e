import type { Environment } from '@ehr/delivery-core';
import { identityName, type DokployIdentity } from '../wiring/read-destination.ts';

/** What is known after the set-up. */
export interface StoredSettings extends DokployIdentity {
  readonly url: string;
  readonly environment: Environment;
  readonly variablePrefix: string;
  /** When it is set already. */
  readonly publicUrl: string | undefined;
}

/** What a deploy needs from now on: name and value; the key is no value to print. */
export function settingsToStore(settings: StoredSettings): Readonly<Record<string, string>> {
  const { url, kind, id, variablePrefix, environment, publicUrl } = settings;
  const service = variablePrefix.toLowerCase();
  return {
    DOKPLOY_URL: url,
    [identityName(variablePrefix, kind)]: id,
    [`${variablePrefix}_PUBLIC_URL`]: publicUrl ?? `https://${service}.${environment}.example.org`,
  };
}

/** The same as text, ready for .env.<environment> and for GitHub. */
export function renderSettings(settings: StoredSettings): string {
  const { environment, variablePrefix, publicUrl } = settings;
  const stored = Object.entries(settingsToStore(settings));
  const hint = `# The last one is an example: give ${variablePrefix}_PUBLIC_URL the domain you set up in Dokploy.`;
  return [
    `# For .env.${environment}`,
    ...(publicUrl === undefined ? [hint] : []),
    ...stored.map(([name, value]) => `${name}=${value}`),
    'DOKPLOY_API_KEY=    # a member’s key with access to the service is enough from here on',
    '',
    '# For GitHub Actions',
    ...stored.map(([name, value]) => `gh variable set ${name} --env ${environment} --body '${value}'`),
    `gh secret set DOKPLOY_API_KEY --env ${environment}    # asks for the key`,
    '',
  ].join('\n');
}
