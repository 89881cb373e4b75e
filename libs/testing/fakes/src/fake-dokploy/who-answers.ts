import { parse as parseVariables } from 'dotenv';
import { parse as parseYaml } from 'yaml';
import { interpolate } from './interpolate.ts';
import { type ComposeFile, joinSharedNetwork, SHARED_NETWORK } from './join-shared-network.ts';
import type { FakeService, World } from './world.ts';

/** A network of the server, and a name that leads to something in it. */
interface Place {
  readonly network: string;
  readonly name: string;
}

/**
 * The app names of all that answer to a name inside a service's containers, as Docker's DNS has it and as it was seen on
 * a real Dokploy: a name is one of a network, and everybody in the network who has it may answer.
 */
export function whoAnswers({ services, databases }: World, from: FakeService, name: string): string[] {
  const networks = new Set(placesOf(from).map(({ network }) => network));
  const all = [
    ...[...services.values()].map((service) => ({ appName: service.row.appName, places: placesOf(service) })),
    // A database of Dokploy's own is a Swarm service in the shared network.
    ...databases.map((appName) => ({ appName, places: [{ network: SHARED_NETWORK, name: appName }] })),
  ];
  return all
    .filter(({ places }) => places.some((place) => networks.has(place.network) && place.name === name))
    .map(({ appName }) => appName);
}

function placesOf({ kind, row }: FakeService): readonly Place[] {
  const { appName, env } = row;
  if (kind === 'application') return [{ network: SHARED_NETWORK, name: appName }];
  const domains = ((row['domains'] ?? []) as { serviceName?: string }[]).map(
    ({ serviceName = '' }) => serviceName,
  );
  const file = joinSharedNetwork(String(row['composeFile']), domains);
  const document = (parseYaml(interpolate(file, parseVariables(env ?? '')).text, { merge: true }) ??
    {}) as ComposeFile;
  return Object.entries(document.services ?? {}).flatMap(([service, { networks = ['default'] }]) => {
    const joined = Array.isArray(networks)
      ? (networks as string[]).map((network) => [network, null] as const)
      : Object.entries(networks as Record<string, { aliases?: string[] } | null>);
    const own = kind === 'stack' ? `${appName}_${service}` : `${appName}-${service}-1`;
    return joined.flatMap(([network, options]) => {
      const isExternal = document.networks?.[network]?.external === true;
      return [service, own, ...(options?.aliases ?? [])].map((name) => ({
        network: isExternal ? network : `${appName}_${network}`,
        name,
      }));
    });
  });
}
