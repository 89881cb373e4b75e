import { askApi } from '../api/ask-api.ts';
import { readConfig } from '../config/read-config.ts';
import { log } from '../log/log.ts';
import { serviceHeaders } from '../session/kept-by-api.ts';
import { visitor } from '../session/visitor.ts';

/** What came of asking ehr-api. Pages show every case; none of them throws. */
export type RecordsAnswer<T> =
  | { readonly kind: 'ok'; readonly status: number; readonly value: T }
  | { readonly kind: 'refused'; readonly status: number; readonly outcome: unknown }
  /** Nobody is signed in any more. */
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'unreachable' }
  /** It is not the record service of this environment that answers. */
  | { readonly kind: 'misconfigured' };

const LIMIT_MS = 8_000;

/** One request to the FHIR service, of whoever is signed in. `route` names it in the log, where the real address has no place. */
export async function fhirRequest<T>(
  route: string,
  path: string,
  init: RequestInit = {},
): Promise<RecordsAnswer<T>> {
  try {
    const who = await visitor();
    if (who.kind !== 'signed-in' && who.kind !== 'open') return who;
    const asked = await askApi(readConfig(), `/fhir${path}`, {
      ...init,
      headers: {
        ...(await serviceHeaders()),
        ...(who.kind === 'signed-in' && { authorization: `Bearer ${who.session.tokens.access}` }),
        accept: 'application/fhir+json',
        ...(init.headers as Record<string, string>),
      },
      limitMs: LIMIT_MS,
    });
    if (asked.kind === 'misconfigured') {
      log('error', `the record service is not this environment's: ${asked.message}`, { route });
      return { kind: 'misconfigured' };
    }
    const { answer } = asked;
    const body: unknown = await answer.json();
    if (answer.ok) return { kind: 'ok', status: answer.status, value: body as T };
    if (answer.status === 401) return { kind: 'signed-out' };
    if (answer.status < 500) return { kind: 'refused', status: answer.status, outcome: body };
    log('error', 'the record service failed', { route, status: answer.status });
  } catch (err) {
    log('error', 'the record service is not reachable', { route, err });
  }
  return { kind: 'unreachable' };
}
