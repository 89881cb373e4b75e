import type { StepResult } from './runner.ts';

/** What became of a job, and what it was given. */
export interface JobResult {
  /** `build-and-push-api.yml › deliver › deliver` */
  readonly place: string;
  readonly result: 'success' | 'failure' | 'cancelled' | 'skipped';
  readonly environment: string | null;
  readonly concurrency: string | null;
  readonly permissions: unknown;
  /** Names of the secrets it could read, values left out. */
  readonly secrets: readonly string[];
  readonly steps: readonly StepResult[];
  readonly summary: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Everything that an event started. */
export interface EventRun {
  readonly jobs: readonly JobResult[];
  readonly ok: boolean;
  /** Everything any step printed. */
  readonly output: string;
}

/** What `needs.<job>.result` says of a job, all its matrix's runs together. */
export function together(jobs: readonly JobResult[]): JobResult['result'] {
  const order = ['failure', 'cancelled', 'success'] as const;
  return order.find((result) => jobs.some((job) => job.result === result)) ?? 'skipped';
}

/** A job whose condition was false. */
export function skipped(place: string): JobResult {
  return {
    ...{ place, result: 'skipped', environment: null, concurrency: null, permissions: {} },
    ...{ secrets: [], steps: [], summary: '', outputs: {} },
  };
}
