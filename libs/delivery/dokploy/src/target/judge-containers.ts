import type { ContainerHere } from '../api/answers.ts';

/** What Docker tells of a service's containers, as far as a rollout depends on it. */
export type ContainersState =
  | { readonly kind: 'healthy' }
  /** Nothing can be said: the verification decides. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'waiting'; readonly message: string }
  | { readonly kind: 'crashes' | 'unhealthy'; readonly message: string; readonly containerId: string };

/**
 * What Docker's own words (`Up 9 minutes (healthy)`, `Restarting (1) 1 second ago`) say about a compose after Dokploy
 * said done, which means no more than that `up -d` ended. One without a health check counts as healthy once it runs.
 */
export function judgeContainers(containers: readonly ContainerHere[]): ContainersState {
  if (containers.length === 0) return { kind: 'unknown' };
  const lost = containers.flatMap(({ status, containerId }) => {
    const loss = judgeStatus(status);
    return loss === null ? [] : [{ ...loss, containerId }];
  });
  const [first] = lost;
  if (first !== undefined) return first;
  const waiting = containers.find(
    ({ status }) => !status.startsWith('Up') || status.includes('health: starting'),
  );
  return waiting === undefined ? { kind: 'healthy' } : { kind: 'waiting', message: waiting.status };
}

function judgeStatus(status: string) {
  const crashes = (message: string) => ({ kind: 'crashes' as const, message });
  if (status.startsWith('Restarting')) return crashes(`crashes as it starts: ${status}`);
  if (status.startsWith('Exited') || status.startsWith('Dead')) return crashes(`ended: ${status}`);
  if (!status.includes('(unhealthy)')) return null;
  return { kind: 'unhealthy' as const, message: 'runs but its health check fails' };
}
