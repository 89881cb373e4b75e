import type { Container } from './inspect-container.ts';

/** What the engine tells of a container, as far as a rollout depends on it. */
export type ContainerState =
  { kind: 'healthy'; message?: undefined } | { kind: 'waiting' | 'crashes' | 'unhealthy'; message: string };

/**
 * What the engine's account of a container says about a rollout.
 * An image without a health check cannot be judged here: it counts as healthy once it runs; the verification
 * asks it anyway.
 */
export function judgeContainer(container: Container | null): ContainerState {
  if (container === null) return { kind: 'crashes', message: 'has no container' };
  const { Status, ExitCode, Health } = container.State;
  if (container.RestartCount > 0 || Status === 'restarting') {
    return {
      kind: 'crashes',
      message: `crashes as it starts (exit code ${ExitCode}, ${container.RestartCount} restarts)`,
    };
  }
  if (Status === 'exited' || Status === 'dead')
    return { kind: 'crashes', message: `ended with exit code ${ExitCode}` };
  if (Health?.Status === 'unhealthy')
    return { kind: 'unhealthy', message: 'runs but its health check fails' };
  if (Status === 'running' && (Health === undefined || Health.Status === 'healthy'))
    return { kind: 'healthy' };
  return { kind: 'waiting', message: `is ${Health?.Status ?? Status}` };
}
