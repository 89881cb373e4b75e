import type { Pin, Reference } from '@ehr/delivery-core';
import type { ContainerHere, Deployment, QueuedJob, TaskHere } from '../api/answers.ts';
import type { DokployApi } from '../api/dokploy-api.ts';

/** What a service in Dokploy is set up to run. */
export interface PinnedState {
  readonly image: Reference | null;
  readonly revision: string | null;
  readonly version: string | null;
  /** EHR_ENVIRONMENT, as it is set up; null when it is not. */
  readonly environment: string | null;
  /** A variable's value as it is set up. */
  readonly setting: (name: string) => string | undefined;
  /** Paths in the container at which Dokploy itself mounts something; a compose says it in its file. */
  readonly mounts: readonly string[];
  /** Every value of its environment, and its credentials: to be taken out of every log. */
  readonly secrets: readonly string[];
}

/** An application, a compose or a stack: a thing in Dokploy that holds an image and can be deployed. */
export interface PinnedService {
  readonly kind: PinnedServiceOptions['kind'];
  /** `compose ehr-api`, for people. */
  readonly label: string;
  read(): Promise<PinnedState>;
  /** The variables or fields that `write` sets. */
  variablesFor(pin: Pin): Readonly<Record<string, string>>;
  /**
   * Throws DOKPLOY_SERVICE_UNFIT when writing would not pin anything; nothing is written then. Returns how to write
   * what was there before, for a deploy that was not begun.
   */
  write(pin: Pin): Promise<() => Promise<void>>;
  deploy(title: string, description: string): Promise<void>;
  /** Deploys what the host has, as far as Dokploy can do that. */
  redeploy(title: string, description: string): Promise<void>;
  deployments(): Promise<readonly Deployment[]>;
  owns(job: QueuedJob): boolean;
  /** The service's containers; none where Dokploy does not show them in a way to build on. */
  containers(): Promise<readonly ContainerHere[]>;
  /** The service's tasks in Docker Swarm; none where it does not run in a swarm. */
  tasks(): Promise<readonly TaskHere[]>;
  containerLog(containerId: string): Promise<string>;
}

/** What the service is in Dokploy, and how its image is named there. */
export interface PinnedServiceOptions {
  readonly kind: 'application' | 'compose' | 'stack';
  /** The application's or compose's id, out of Dokploy's address block. */
  readonly id: string;
  /** `ehr-api` */
  readonly service: string;
  /** Its name in the compose file, when that is another one. */
  readonly composeService?: string;
  /** `docker.io/acme/ehr-api`: what the compose file puts before the variable with the tag. */
  readonly repository: Reference;
  /** API for API_IMAGE_TAG, API_REVISION and API_VERSION in a compose's environment. */
  readonly variablePrefix: string;
  /** `staging`: written as EHR_ENVIRONMENT, so that the service can say where it belongs. */
  readonly environment?: string;
}

/** Makes the access to a service; nothing is asked yet. */
export type ServiceMaker = (api: DokployApi, options: PinnedServiceOptions) => PinnedService;
