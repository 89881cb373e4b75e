import { SERVICE_HEADER, type ServiceTokens, serviceTokens } from '@ehr/service-kit';
import { askApi } from '../api/ask-api.ts';
import { readConfig } from '../config/read-config.ts';
import { log } from '../log/log.ts';
import { browserAddress } from './browser-address.ts';

/** What ehr-api said to this service. */
export type Kept<T> =
  | { readonly kind: 'ok'; readonly status: number; readonly value: T }
  /** `outcome` is what it says of that, as JSON. */
  | { readonly kind: 'refused'; readonly status: number; readonly outcome: unknown }
  | { readonly kind: 'unreachable' }
  /** It is not the record service of this environment that answers. */
  | { readonly kind: 'misconfigured' };

const LIMIT_MS = 8_000;

let service: ServiceTokens | undefined;

/** Headers by which ehr-api knows that this service asks, and for which browser. */
async function serviceHeaders(): Promise<Record<string, string>> {
  const address = await browserAddress();
  const { secret, environment } = readConfig();
  service ??= serviceTokens(secret, environment);
  return {
    [SERVICE_HEADER]: await service.sign(),
    ...(address !== undefined && { 'x-forwarded-for': address }),
  };
}

/**
 * One request to ehr-api, of this service. `route` names it in the log, where the real address has no place. None of it throws:
 * pages show every case.
 */
export async function askService<T>(route: string, path: string, init: RequestInit = {}): Promise<Kept<T>> {
  try {
    const asked = await askApi(readConfig(), path, {
      ...init,
      headers: { ...(await serviceHeaders()), ...(init.headers as Record<string, string>) },
      limitMs: LIMIT_MS,
    });
    if (asked.kind === 'misconfigured') {
      log('error', `the record service is not this environment's: ${asked.message}`, { route });
      return { kind: 'misconfigured' };
    }
    const { answer } = asked;
    const { status } = answer;
    const body: unknown = await answer.json();
    if (answer.ok) return { kind: 'ok', status, value: body as T };
    if (status < 500) return { kind: 'refused', status, outcome: body };
    log('error', 'the record service failed', { route, status });
  } catch (err) {
    log('error', 'the record service is not reachable', { route, err });
  }
  return { kind: 'unreachable' };
}

/** Asks ehr-api for what it keeps for this service; refused where there is no such thing any more (404), or somebody may not (401, 403). */
export async function askKept<T>(path: string, body?: object): Promise<Kept<T>> {
  const init = body && { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }; // prettier-ignore
  const answer = await askService<T>(path, `/web/${path}`, init);
  // It has too much to do: that passes.
  return answer.kind === 'refused' && answer.status === 429 ? { kind: 'unreachable' } : answer;
}
