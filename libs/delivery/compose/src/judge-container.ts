import type { Container } from './inspect-container.ts';

export type Verdict = { kind: 'healthy' } | { kind: 'waiting' | 'crashes' | 'unhealthy'; text: string };

/**
 * What the engine's account of a container says about a rollout.
 * An image without a health check cannot be judged here: it counts as healthy once it runs; the verification
 * asks it anyway.
 */
export function judgeContainer(container: Container | null): Verdict {
  if (container === null) return { kind: 'crashes', text: 'has no container' };
  const { Status, ExitCode, Health } = container.State;
  if (container.RestartCount > 0 || Status === 'restarting') {
    return {
      kind: 'crashes',
      text: `crashes as it starts (exit code ${ExitCode}, ${container.RestartCount} restarts)`,
    };
  }
  if (Status === 'exited' || Status === 'dead')
    return { kind: 'crashes', text: `ended with exit code ${ExitCode}` };
  if (Health?.Status === 'unhealthy') return { kind: 'unhealthy', text: 'runs but its health check fails' };
  if (Status === 'running' && (Health === undefined || Health.Status === 'healthy'))
    return { kind: 'healthy' };
  return { kind: 'waiting', text: `is ${Health?.Status ?? Status}` };
}
