import { coreError, readReviewedPlan, type Mode, type RolloutRequest } from '@ehr/delivery-core';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Service } from '../wiring/open-service.ts';

/** What deploy, promote and rollback are told alike. */
export interface RolloutOptions {
  readonly dryRun: boolean;
  /** A file to write the plan to, relative to the workspace root. */
  readonly plan?: string | undefined;
  /** A file with the plan to carry out, relative to the workspace root. */
  readonly apply?: string | undefined;
  readonly waitSeconds: number;
  readonly unblock: string | null;
  readonly unfreeze: string | null;
  readonly json: boolean;
}

/** Right answers in a row that verify a rollout. */
const PROBES = 3;

/**
 * The part of a request that the three commands have in common.
 * @throws OPTIONS_INVALID for modes that exclude each other, and for a file that holds no plan.
 */
export async function rolloutRequest(
  options: RolloutOptions,
  { name, environment, facts }: Service,
  root: string,
): Promise<RolloutRequest> {
  const { waitSeconds, unblock, unfreeze } = options;
  return {
    service: name,
    environment,
    mode: await modeOf(options, root),
    overrides: { unblock, unfreeze },
    probes: PROBES,
    timeoutSeconds: facts.timeoutSeconds,
    waitSeconds,
  };
}

async function modeOf({ dryRun, plan, apply }: RolloutOptions, root: string): Promise<Mode> {
  const asked = [dryRun && '--dryRun', plan !== undefined && '--plan', apply !== undefined && '--apply'];
  const modes = asked.filter((name) => name !== false);
  if (modes.length > 1) {
    throw coreError(
      'OPTIONS_INVALID',
      `${modes.join(' and ')} exclude each other: --dryRun shows a plan, --plan stores one and --apply carries one out.`,
    );
  }
  if (dryRun) return { kind: 'dry-run' };
  if (plan !== undefined) return { kind: 'write-plan' };
  if (apply === undefined) return { kind: 'apply' };
  return { kind: 'apply-plan', reviewed: readReviewedPlan(await read(resolve(root, apply)), apply) };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw coreError('OPTIONS_INVALID', `The plan ${file} cannot be read.`, { cause });
  }
}
