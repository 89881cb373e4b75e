import type { Replica } from '../ports.ts';

/** How often a service's containers were started again, in all; null when the platform tells of none of them. */
export function restartsOf(replicas: readonly Replica[] | null): number | null {
  const counted = replicas?.map(({ restarts }) => restarts).filter((restarts) => restarts !== null) ?? [];
  return counted.length === 0 ? null : counted.reduce((sum, one) => sum + one, 0);
}
