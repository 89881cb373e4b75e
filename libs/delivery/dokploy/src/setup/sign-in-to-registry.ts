import { hasCode, type Secret } from '@ehr/delivery-core';
import type { DokployApi } from '../api/dokploy-api.ts';

/** Who pulls from a registry. */
export interface RegistrySignIn {
  readonly host: string;
  readonly username: string;
  readonly password: Secret;
}

/**
 * Dokploy signs in to the registry afterwards: one sign-in for the whole server, so one that the registry accepts is left
 * alone, whoever's it is. Returns what was done.
 * @throws DOKPLOY_REFUSED when the registry does not accept the given one either; what Dokploy keeps stays then.
 */
export async function signInToRegistry(
  api: DokployApi,
  { host, username, password }: RegistrySignIn,
): Promise<string> {
  const login = { username, password: password.reveal() };
  // A second entry of the same host would log the first one out.
  const entry = (await api.registries()).find(({ registryUrl }) => registryUrl === host);
  if (entry === undefined) {
    // Dokploy logs in with it and answers 400 when the registry refuses.
    await api.createRegistry({ registryName: host, registryUrl: host, ...login });
    return `registry ${host} created`;
  }
  const isSame = entry.username === username && entry.password.reveal() === login.password;
  if (isSame || (await isAccepted(api, entry.registryId))) return `registry ${host} was there`;
  // Dokploy keeps what it is given before it tries it: so it is tried first.
  await api.signIn({ registryName: entry.registryName, registryUrl: host, ...login });
  await api.updateRegistry(entry.registryId, login);
  return `registry ${host} signed in anew: it did not accept Dokploy’s user name and password any more`;
}

async function isAccepted(api: DokployApi, registryId: string): Promise<boolean> {
  try {
    await api.testRegistry(registryId);
    return true;
  } catch (error) {
    if (hasCode(error, 'DOKPLOY_REFUSED')) return false;
    throw error;
  }
}
