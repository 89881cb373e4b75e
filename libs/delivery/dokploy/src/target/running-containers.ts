import {
  dataPlaceOf,
  DeliveryError,
  type Digest,
  isPinned,
  keepsData,
  parseReference,
  type Reference,
  type Replica,
  type TargetState,
} from '@ehr/delivery-core';
import type { InspectedContainer, InspectedImage } from '../api/answers.ts';
import type { DokployApi } from '../api/dokploy-api.ts';
import type { PinnedService, PinnedState } from './pinned-service.ts';

/** The service's containers or tasks now; null where the key may not ask for them. */
export async function replicasOf(
  api: DokployApi,
  service: PinnedService,
): Promise<readonly Replica[] | null> {
  const [containers, tasks] = [await ifAllowed(service.containers()), await ifAllowed(service.tasks())];
  if (containers === null || tasks === null) return null;
  const here = [
    ...containers.map(({ containerId, status }) => ({ containerId, state: stateOf(status) })),
    // Swarm lists tasks that ended long ago, too: those are no containers any more.
    ...tasks
      .map(({ containerId, currentState }) => ({ containerId, state: stateOf(currentState) }))
      .filter(({ state }) => state !== 'ended'),
  ];
  // Nothing at all may also mean a server of its own, which Dokploy was not asked about.
  if (containers.length + tasks.length === 0) return null;
  const replicas: Replica[] = [];
  for (const { containerId, state } of here) {
    const inspected = await ifAllowed(api.inspectContainer(containerId));
    const image = inspected && imageOf(inspected);
    replicas.push({ image: image ?? null, state, restarts: inspected?.RestartCount ?? null });
  }
  return replicas;
}

/** Of `docker ps`: `Up 3 minutes (healthy)`; of Swarm: `Running 41 seconds ago`. */
function stateOf(words: string): Replica['state'] {
  if (/^(Exited|Dead|Removal|Shutdown|Failed|Rejected|Complete|Orphaned|Remove)/.test(words)) return 'ended';
  return /^(Up|Running)/.test(words) && !words.includes('health: starting') ? 'running' : 'starting';
}

/** What the running container says beyond the set-up; nothing where the key may not look into it. */
export async function runningFacts(
  api: DokployApi,
  service: PinnedService,
  { setting, mounts }: PinnedState,
): Promise<Pick<TargetState, 'digest' | 'keepsData'>> {
  const containers = (await ifAllowed(service.containers())) ?? [];
  const tasks = ((await ifAllowed(service.tasks())) ?? []).filter(
    ({ currentState }) => stateOf(currentState) === 'running',
  );
  const id = containers[0]?.containerId ?? tasks[0]?.containerId;
  const inspected = id === undefined ? null : await ifAllowed(api.inspectContainer(id));
  if (!inspected) return { digest: null, keepsData: null };
  const image = imageOf(inspected);
  const name = inspected.Image ?? inspected.Spec?.ContainerSpec.Image;
  const found = name === undefined ? null : await ifAllowed(api.inspectImage(name));
  const labels = inspected.Config?.Labels ?? found?.Config?.Labels;
  const lasting = [
    ...(inspected.Mounts ?? []).filter(isLasting).map(({ Destination }) => Destination),
    ...(inspected.Spec?.ContainerSpec.Mounts ?? []).map(({ Target }) => Target),
  ];
  return {
    digest: digestOf(image, found),
    keepsData: keepsData(dataPlaceOf(labels), { mounts: [...mounts, ...lasting], setting }),
  };
}

function imageOf({ Config, Spec }: InspectedContainer): Reference | null {
  return parseReference(Config?.Image ?? Spec?.ContainerSpec.Image ?? '') ?? null;
}

/** A container started by tag runs a digest, too: Docker remembers under which one it pulled the image. */
function digestOf(image: Reference | null, found: InspectedImage | null): Digest | null {
  if (image === null) return null;
  if (isPinned(image)) return image.digest;
  const pulled = (found?.RepoDigests ?? []).map((text) => parseReference(text));
  const own = pulled.find((one) => one?.registry === image.registry && one.repository === image.repository);
  return own?.digest ?? null;
}

/** An anonymous volume, which has a digest for a name, goes with the container. */
function isLasting({ Type, Name }: NonNullable<InspectedContainer['Mounts']>[number]): boolean {
  return Type === 'bind' || (Type === 'volume' && !/^[0-9a-f]{64}$/.test(Name ?? ''));
}

/** Null where the key may not ask, or Dokploy does not know: it is more than a deploy needs. */
async function ifAllowed<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DeliveryError && ['DOKPLOY_UNAUTHORIZED', 'DOKPLOY_REFUSED'].includes(error.code))
      return null;
    throw error;
  }
}
