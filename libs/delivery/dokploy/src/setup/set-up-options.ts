import type { DataPlace } from '@ehr/delivery-core';
import type { ConnectionOptions } from '../api/connection.ts';
import type { RegistrySignIn } from './sign-in-to-registry.ts';

/** What is to be there afterwards. */
export interface SetUpOptions extends ConnectionOptions {
  /** `ehr-connect`: names are not unique in Dokploy, so two of a name are refused. */
  readonly project: string;
  /** `staging`; `prod` is the environment `production` with which Dokploy makes every project, unless there is a `prod`. */
  readonly environment: string;
  readonly service: string;
  readonly kind: 'application' | 'compose' | 'stack';
  /** Of a compose or stack: the whole file, with `${API_IMAGE_TAG:?}` in it. A port that it publishes is a wish. */
  readonly composeFile?: string;
  /** Of an application: the image it starts with, until the first deploy pins one. */
  readonly image?: string;
  /** First values; a variable that is there already keeps its value. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Where a webhook deploys: what of a deploy by the API must not be left behind, because no webhook changes it. */
  readonly followingTag?: Readonly<Record<string, string>> | undefined;
  /** Variables without which the service does not start, and what to do about each. */
  readonly needed?: readonly Needed[];
  /** The sign-in for a private repository: host-wide in Dokploy. */
  readonly registry?: RegistrySignIn;
  /** Where its image keeps its data: a service that would lose it is refused. */
  readonly dataPlace?: DataPlace;
  /** How long `docker compose up --wait` waits; a new service's default is 120 s, another keeps what it has. */
  readonly waitSeconds?: number | undefined;
}

/** A variable without which a service does not start. */
export interface Needed {
  readonly variable: string;
  readonly message: string;
  readonly hint: string;
}

/** What an existing service lacks of it. All refusals come before the first write. */
export interface Completion {
  readonly writes: readonly { readonly done: string; readonly write: () => Promise<void> }[];
  /** Variables that have another value there than is wished; they were left alone. */
  readonly kept: readonly string[];
  /** What is there and is not as it would be made now; it was left alone. */
  readonly warnings: readonly string[];
  /** The host's port on which it is reached; null without one. */
  readonly publishedPort: number | null;
}
