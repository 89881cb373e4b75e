import { coreError } from '@ehr/delivery-core';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import type { Compose } from './compose.ts';
import { inspectContainer } from './inspect-container.ts';
import { judgeContainer } from './judge-container.ts';

export interface SettleOptions {
  readonly service: string;
  readonly timeoutMs: number;
  /** Instead of SERVICE_CRASHES and SERVICE_UNHEALTHY, where nothing was rolled out. */
  readonly code?: 'SMOKE_TEST_FAILED';
}

/** Waits until the service's container is healthy; throws SERVICE_CRASHES or
 * SERVICE_UNHEALTHY (or `code`) with its log when it crashes or time runs out. */
export async function settle(
  compose: Compose,
  options: SettleOptions,
  onProgress: (state: string) => void,
): Promise<void> {
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    const container = await inspectContainer(compose, options.service);
    const verdict = judgeContainer(container);
    if (verdict.kind === 'healthy') return;
    const lost = verdict.kind !== 'waiting';
    if (lost || Date.now() >= deadline) {
      const late = lost ? '' : ` after ${options.timeoutMs / 1000} s`;
      const log = await lastLog(compose, options.service);
      throw coreError(
        options.code ?? (verdict.kind === 'crashes' ? 'SERVICE_CRASHES' : 'SERVICE_UNHEALTHY'),
        `${options.service} ${verdict.text}${late}. Its last words:\n${log}`,
      );
    }
    onProgress(verdict.text);
    await sleep(250);
  }
}

async function lastLog(compose: Compose, service: string): Promise<string> {
  const log = await compose
    .run('logs', '--no-color', '--no-log-prefix', '--tail', '15', service)
    .catch(() => '');
  // Compose clears lines even where there is no terminal.
  const text = stripVTControlCharacters(log).trim();
  return text === '' ? '(it wrote nothing)' : text;
}
