import { coreError, DeliveryError, type Explanation, waitUntil } from '@ehr/delivery-core';
import type { TaskHere } from '../api/answers.ts';
import { LACKING } from './judge-containers.ts';
import type { PinnedService } from './pinned-service.ts';
import type { Timing } from './trigger-deploy.ts';

/** What following new tasks needs. */
interface TasksOptions {
  readonly service: PinnedService;
  /** Ids of the tasks that were listed before the trigger: they say nothing about this rollout. */
  readonly tasksBefore: readonly string[];
  /** A time of the clock, in milliseconds. */
  readonly deadline: number;
  readonly timing: Timing;
  readonly onProgress: (message: string) => void;
}

/** How long a failed task may be the only new one before Swarm is taken to have given up; milliseconds. */
const GIVEN_UP_MS = 5_000;
/** How long new tasks may not be listed yet; milliseconds. */
const UNSEEN_MS = 10_000;

/**
 * After `done`, which Dokploy says at once and for ever: waits until Swarm runs a new task or gives the new ones up.
 * Where tasks cannot be seen, or nothing new is among them, the verification decides.
 * @throws SERVICE_CRASHES, SERVICE_UNHEALTHY, DEPENDENCY_MISSING
 */
export async function settleTasks(options: TasksOptions): Promise<void> {
  const { service, tasksBefore, deadline, timing, onProgress } = options;
  const { clock, pollMs } = timing;
  const start = clock.now().getTime();
  let failedSince: number | null = null;
  const lost = await waitUntil(clock, { deadline, everyMs: Math.min(pollMs, 1_000) }, async () => {
    const now = clock.now().getTime();
    const news = newTasks(await tasksOf(service), tasksBefore);
    const [running, starting, failed] = [RUNNING, STARTING, FAILED].map((state) =>
      news.filter(({ currentState }) => state.test(currentState)),
    );
    const latest = failed?.[0];
    if (latest === undefined) {
      if (running?.length || (starting?.length === 0 && now - start >= UNSEEN_MS)) return { task: null };
      onProgress(`Dokploy says done; the new task is ${starting?.[0]?.currentState ?? 'not listed yet'}`);
      return undefined;
    }
    failedSince ??= now;
    if ((failed?.length ?? 0) >= 3 || now - failedSince >= GIVEN_UP_MS) {
      // One that came up after the first ones failed: a database that was a moment late.
      return { task: running?.length ? null : latest };
    }
    onProgress(`Dokploy says done; a new task ended: ${latest.currentState}`);
    return undefined;
  });
  if (lost?.task) throw lostTask(service, lost.task);
}

const RUNNING = /^Running/;
const STARTING = /^(New|Pending|Assigned|Accepted|Ready|Preparing|Starting)/;
const FAILED = /^Failed/;

function newTasks(tasks: readonly TaskHere[], before: readonly string[]): readonly TaskHere[] {
  return tasks.filter(({ containerId }) => !before.includes(containerId));
}

function lostTask(service: PinnedService, { currentState, error }: TaskHere): DeliveryError {
  const words = wordsOf(error);
  const fault = faultOf(words);
  const message = fault === 'SERVICE_UNHEALTHY' ? 'does not get healthy' : 'ends as it starts';
  return coreError(
    fault,
    `Dokploy says done, but the new task of ${service.label} ${message}: ${currentState}${words === '' ? '' : ` (${words})`}. Docker Swarm gave it up.`,
  );
}

/** Swarm writes what Docker says of a task in quotes. */
function wordsOf(error: TaskHere['error']): string {
  return (error ?? '').replace(/^"|"$/g, '');
}

function faultOf(words: string) {
  if (words.includes('unhealthy container')) return 'SERVICE_UNHEALTHY';
  const exit = /non-zero exit \((\d+)\)/.exec(words)?.[1] ?? '';
  return LACKING.includes(exit) ? 'DEPENDENCY_MISSING' : 'SERVICE_CRASHES';
}

/**
 * Swarm puts the previous version back by itself when new tasks fail, and Dokploy says `done` for ever: only the list of
 * tasks tells. Those that were there before the trigger say nothing about this rollout.
 */
export async function explainPrevious(
  service: PinnedService,
  tasksBefore: readonly string[],
): Promise<Explanation | null> {
  const news = newTasks(await tasksOf(service), tasksBefore);
  const given = news.find(({ currentState }) => /^(Failed|Rejected)/.test(currentState));
  if (given === undefined) return null;
  const words = wordsOf(given.error);
  return {
    fault: given.currentState.startsWith('Failed') ? faultOf(words) : null,
    message: `Docker Swarm gave the new task up: ${given.currentState}${words === '' ? '' : ` (${words})`}`,
  };
}

/** A key that may deploy but not look is enough: what cannot be had explains nothing. */
export async function tasksOf(service: PinnedService): Promise<readonly TaskHere[]> {
  try {
    return await service.tasks();
  } catch (error) {
    if (error instanceof DeliveryError) return [];
    throw error;
  }
}
