import { DeliveryError, type Explanation } from '@ehr/delivery-core';
import type { PinnedService } from './pinned-service.ts';

/**
 * Swarm puts the previous version back by itself when new tasks fail, and Dokploy says `done` for ever: only the list of
 * tasks tells. Those that were there before the trigger say nothing about this rollout.
 */
export async function explainPrevious(
  service: PinnedService,
  tasksBefore: readonly string[],
): Promise<Explanation | null> {
  const tasks = await tasksOf(service);
  const news = tasks.filter(({ containerId }) => !tasksBefore.includes(containerId));
  const given = news.find(({ currentState }) => /^(Failed|Rejected)/.test(currentState));
  if (given === undefined) return null;
  const error = (given.error ?? '').replace(/^"|"$/g, '');
  return {
    rolledBack: given.currentState.startsWith('Failed'),
    message: `Docker Swarm gave the new task up: ${given.currentState}${error === '' ? '' : ` (${error})`}`,
  };
}

/** A key that may deploy but not look is enough: what cannot be had explains nothing. */
export async function tasksOf(service: PinnedService) {
  try {
    return await service.tasks();
  } catch (error) {
    if (error instanceof DeliveryError) return [];
    throw error;
  }
}
