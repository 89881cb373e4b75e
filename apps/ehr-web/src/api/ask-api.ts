import { ENVIRONMENT_HEADER } from '@ehr/health';

/** What answers at `EHR_API_URL`, as far as it may be used. */
export type ApiAnswer =
  | { readonly kind: 'answer'; readonly answer: Response }
  /** Not this environment's API: `message` says for the log and the health report what is set wrongly. */
  | { readonly kind: 'misconfigured'; readonly message: string };

/** Whom to ask, for whose records. */
export interface ApiAddress {
  readonly apiUrl: string;
  readonly environment: string;
}

/**
 * Sends one request to ehr-api, with the environment it is meant for, and takes the answer only of the API of that
 * environment: another one's records must never be shown here, and none written there. An error page of whatever stands
 * in between (5xx, which names no environment) is an answer all the same: the API is away.
 * @throws TypeError or DOMException when nothing answers in time
 */
export async function askApi(
  { apiUrl, environment }: ApiAddress,
  path: string,
  { limitMs, ...init }: RequestInit & { readonly limitMs: number },
): Promise<ApiAnswer> {
  const { body, type } = sentOnce(init.body);
  const answer = await fetch(`${apiUrl}${path}`, {
    ...init,
    ...body,
    headers: { ...type, ...(init.headers as Record<string, string>), [ENVIRONMENT_HEADER]: environment },
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(limitMs),
  });
  const named = answer.headers.get(ENVIRONMENT_HEADER);
  if (named === environment || (named === null && answer.status >= 500)) return { kind: 'answer', answer };
  await answer.body?.cancel();
  const found = named === null ? 'does not say for which environment' : `answers for ${shown(named)}`;
  return { kind: 'misconfigured', message: `misconfigured: ${found}, this is ${environment}` };
}

/**
 * After a 421 `fetch` sends a request once more on another connection, and fails there over a body that is spent
 * (UND_ERR_REQ_CONTENT_LENGTH_MISMATCH); a stream it does not send again.
 */
function sentOnce(given: RequestInit['body']): { body?: object; type?: Record<string, string> } {
  if (given === undefined || given === null) return {};
  const { body, headers } = new Response(given);
  return { body: { body, duplex: 'half' }, type: { 'content-type': headers.get('content-type') ?? '' } };
}

/** A header of a stranger: only what can be a name is repeated. */
function shown(name: string): string {
  return /^[a-z]{1,20}$/u.test(name) ? name : 'another environment';
}
