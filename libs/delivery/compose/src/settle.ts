import { coreError, waitUntil, type Clock } from '@ehr/delivery-core';
import { stripVTControlCharacters } from 'node:util';
import type { Compose } from './compose.ts';
import { inspectContainer } from './inspect-container.ts';
import { judgeContainer } from './judge-container.ts';

/** What waiting for a container needs. */
export interface SettleOptions {
  readonly service: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Instead of SERVICE_CRASHES and SERVICE_UNHEALTHY, where nothing was rolled out. */
  readonly code?: 'SMOKE_TEST_FAILED';
}

/**
 * Waits until the service's container is healthy.
 * @throws SERVICE_CRASHES or SERVICE_UNHEALTHY (or `code`) with its log when it crashes or time runs out.
 */
export async function settle(
  compose: Compose,
  { service, timeoutMs, clock, code }: SettleOptions,
  onProgress: (message: string) => void,
): Promise<void> {
  let waiting = '';
  const patience = { deadline: clock.now().getTime() + timeoutMs, everyMs: 250 };
  const state = await waitUntil(clock, patience, async () => {
    const judged = judgeContainer(await inspectContainer(compose, service));
    if (judged.kind !== 'waiting') return judged;
    waiting = judged.message;
    onProgress(waiting);
    return undefined;
  });
  if (state?.kind === 'healthy') return;
  const message = state?.message ?? `${waiting} after ${timeoutMs / 1000} s`;
  throw coreError(
    code ?? (state?.kind === 'crashes' ? 'SERVICE_CRASHES' : 'SERVICE_UNHEALTHY'),
    `${service} ${message}. Its last words:\n${await lastLog(compose, service)}`,
  );
}

async function lastLog(compose: Compose, service: string): Promise<string> {
  const log = await compose
    .run('logs', '--no-color', '--no-log-prefix', '--tail', '15', service)
    .catch(() => '');
  // Compose clears lines even where there is no terminal.
  const text = stripVTControlCharacters(log).trim();
  return text === '' ? '(it wrote nothing)' : text;
}
