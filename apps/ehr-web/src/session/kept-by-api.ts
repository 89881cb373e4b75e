import { SERVICE_HEADER, type ServiceTokens, serviceTokens } from '@ehr/service-kit';
import { askApi } from '../api/ask-api.ts';
import { readConfig } from '../config/read-config.ts';
import { log } from '../log/log.ts';
import { browserAddress } from './browser-address.ts';

/** What ehr-api said to this service. */
export type Kept<T> =
  | { readonly kind: 'ok'; readonly value: T }
  /** There is no such thing any more (404), or somebody may not (401, 403). */
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'misconfigured' };

const LIMIT_MS = 8_000;

let service: ServiceTokens | undefined;

/** Headers by which ehr-api knows that this service asks, and for which browser. */
export async function serviceHeaders(): Promise<Record<string, string>> {
  const address = await browserAddress();
  service ??= serviceTokens(readConfig().secret);
  return {
    [SERVICE_HEADER]: await service.sign(),
    ...(address !== undefined && { 'x-forwarded-for': address }),
  };
}

/** Asks ehr-api for what it keeps for this service. None of it throws: pages show every case. */
export async function askKept<T>(path: string, body?: object): Promise<Kept<T>> {
  try {
    const asked = await askApi(readConfig(), `/web/${path}`, {
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      headers: {
        ...(await serviceHeaders()),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      limitMs: LIMIT_MS,
    });
    if (asked.kind === 'misconfigured') {
      log('error', `the record service is not this environment's: ${asked.message}`, { route: path });
      return { kind: 'misconfigured' };
    }
    const { answer } = asked;
    const value: unknown = await answer.json();
    if (answer.ok) return { kind: 'ok', value: value as T };
    if (answer.status < 500 && answer.status !== 429) return { kind: 'refused', status: answer.status };
    log('error', 'the record service failed', { route: path, status: answer.status });
  } catch (err) {
    log('error', 'the record service is not reachable', { route: path, err });
  }
  return { kind: 'unreachable' };
}
