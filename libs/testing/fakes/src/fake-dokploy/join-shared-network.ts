import { parse, stringify } from 'yaml';

/** The network of every service of a Dokploy server that has a domain. */
export const SHARED_NETWORK = 'dokploy-network';

type Networks = readonly string[] | Record<string, unknown> | undefined;
/** What of a compose file says who meets whom. */
export interface ComposeFile {
  services?: Record<string, { networks?: Networks }>;
  networks?: Record<string, { external?: boolean } | null>;
}

/**
 * The compose file as Dokploy runs it: parsed and written anew, and the services that have a domain in the network
 * that all environments share, under the same name there as every other environment's.
 */
export function joinSharedNetwork(composeFile: string, servicesWithDomain: readonly string[]): string {
  const document = parse(composeFile, { merge: true }) as ComposeFile | null;
  if (document?.services === undefined || servicesWithDomain.length === 0) return composeFile;
  for (const name of servicesWithDomain) {
    const service = document.services[name];
    if (service !== undefined) service.networks = joined(service.networks);
  }
  document.networks = { ...document.networks, [SHARED_NETWORK]: { external: true } };
  return stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}

function joined(networks: Networks): Networks {
  if (networks === undefined) return ['default', SHARED_NETWORK];
  if (Array.isArray(networks))
    return [...new Set<string>([...(networks as string[]), 'default', SHARED_NETWORK])];
  return { default: {}, [SHARED_NETWORK]: {}, ...(networks as Record<string, unknown>) };
}
