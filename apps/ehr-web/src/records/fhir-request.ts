import { readConfig } from '../config/read-config.ts';
import { log } from '../log/log.ts';

/** What came of asking ehr-api. Pages show every case; none of them throws. */
export type RecordsAnswer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'refused'; readonly status: number; readonly outcome: unknown }
  | { readonly kind: 'unreachable' };

const LIMIT_MS = 8_000;

/** One request to the FHIR service. `route` names it in the log, where the real address has no place. */
export async function fhirRequest<T>(
  route: string,
  path: string,
  init: RequestInit = {},
): Promise<RecordsAnswer<T>> {
  try {
    const answer = await fetch(`${readConfig().apiUrl}/fhir${path}`, {
      ...init,
      headers: { accept: 'application/fhir+json', ...init.headers },
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const body: unknown = await answer.json();
    if (answer.ok) return { kind: 'ok', value: body as T };
    if (answer.status < 500) return { kind: 'refused', status: answer.status, outcome: body };
    log('error', 'the record service failed', { route, status: answer.status });
  } catch (err) {
    log('error', 'the record service is not reachable', { route, err });
  }
  return { kind: 'unreachable' };
}
