import { DeliveryError } from '@ehr/delivery';
import type { DeliveryErrorCode } from '@ehr/delivery';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import type { Compose } from './compose.ts';
import { inspectContainer } from './inspect-container.ts';
import { judgeContainer } from './judge-container.ts';

export interface SettleOptions {
  readonly service: string;
  readonly timeoutMs: number;
  readonly code: DeliveryErrorCode;
}

/** Waits until the service's container is healthy; throws `code` with its log when it crashes or time runs out. */
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
    if (verdict.kind === 'lost' || Date.now() >= deadline) {
      const late = verdict.kind === 'lost' ? '' : ` after ${options.timeoutMs / 1000} s`;
      const log = await lastLog(compose, options.service);
      throw new DeliveryError(
        options.code,
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
