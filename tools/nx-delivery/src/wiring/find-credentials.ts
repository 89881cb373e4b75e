import { readDockerCredentials } from '@ehr/delivery-registry';
import type { CredentialSource } from '@ehr/delivery-core';

/** What the settings say of a registry's sign-in. */
export interface CredentialSettings {
  readonly registry: string;
  /** Whether somebody chose this registry: a Docker Hub token must not reach one that is only a default. */
  readonly isChosen: boolean;
  readonly username: string | undefined;
  readonly token: string | undefined;
}

/** The sign-in for the registry: DOCKERHUB_TOKEN when it is set for it, else what `docker login` left. Asked at most once. */
export function findCredentials(
  { registry, isChosen, username, token }: CredentialSettings,
  processEnv: Readonly<Record<string, string | undefined>>,
): CredentialSource {
  if (isChosen && username !== undefined && token !== undefined) {
    return async () => ({ username, password: token });
  }
  let asked: ReturnType<CredentialSource> | undefined;
  return () => (asked ??= readDockerCredentials(registry, processEnv));
}
