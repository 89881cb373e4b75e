import type { Environment } from '@ehr/delivery-core';
import { plainHost } from '@ehr/delivery-dokploy';

/**
 * The name by which other services find this one on the network that all environments share. Its name in the compose
 * file is the same in every environment there, and may lead to another one's records.
 */
export function ownName(service: string, environment: Environment): string {
  return `${service}-${environment}`;
}

/** An address as it is to be in the environment: one that names a service names that environment's own. */
export function ownAddress(
  address: string,
  services: readonly string[],
  environment: Environment,
  nameOf: (service: string) => string = (service) => ownName(service, environment),
): string {
  const host = plainHost(address);
  const found = services.find((service) => host === service || host === ownName(service, environment));
  return found === undefined || host === null ? address : address.replace(`//${host}`, `//${nameOf(found)}`);
}
