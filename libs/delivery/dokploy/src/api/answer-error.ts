import type { DokployErrorCode } from '../dokploy-errors.ts';
/** An answer of Dokploy that was not a success; knows which of the many 401 it is. Carries no body. */
export class DokployAnswerError extends Error {
  override readonly name = 'DokployAnswerError';
  readonly status: number;
  readonly code: DokployErrorCode;
  readonly retryAfterMs: number | undefined;

  private constructor(message: string, status: number, code: DokployErrorCode, retryAfterMs?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  /** Reads tRPC's error shape where there is one: `message` and `code`; a refused key has `message` alone. */
  static of(procedure: string, response: Response, text: string, keyHasWorked: boolean): DokployAnswerError {
    const { status } = response;
    const { message, code } = readError(text);
    const said = message === undefined ? '' : `: ${message.slice(0, 300)}`;
    const make = (sentence: string, kind: DokployErrorCode, retryAfterMs?: number) =>
      new DokployAnswerError(sentence, status, kind, retryAfterMs);

    if (status === 429) {
      return make(`Dokploy throttles ${procedure}.`, 'DOKPLOY_THROTTLED', retryAfter(response));
    }
    if (status === 401 && code === undefined && keyHasWorked) {
      return make(
        `Dokploy accepted the API key a moment ago and now refuses it (401 to ${procedure}): its rate limit is used up, or it was taken away.`,
        'DOKPLOY_THROTTLED',
      );
    }
    if (status === 401 && code === undefined) {
      return make(
        `Dokploy does not accept the API key (401 to ${procedure}): it is wrong, expired, or its rate limit is used up.`,
        'DOKPLOY_UNAUTHORIZED',
      );
    }
    if (status === 401 || status === 403) {
      return make(`Dokploy's user of this key may not ${procedure}${said}.`, 'DOKPLOY_UNAUTHORIZED');
    }
    if (status >= 300 && status < 400) {
      return make(
        `Dokploy answered ${status} to ${procedure}, a redirect that is not followed${said}.`,
        'DOKPLOY_REFUSED',
      );
    }
    return make(
      `Dokploy answered ${status} to ${procedure}${said}.`,
      status >= 500 && code === undefined ? 'DOKPLOY_UNREACHABLE' : 'DOKPLOY_REFUSED',
    );
  }
}

/**
 * Whether to try again. A throttled or refused request was not acted on, so it may always be repeated; after a silence
 * or a gateway's 5xx one cannot know. A 500 in tRPC's shape is Dokploy's own verdict and stays.
 */
export function isTransient(error: unknown, repeatable: boolean): boolean {
  if (error instanceof DokployAnswerError) {
    if (error.code === 'DOKPLOY_THROTTLED') return true;
    return repeatable && (error.status === 408 || error.code === 'DOKPLOY_UNREACHABLE');
  }
  if (!(error instanceof Error) || (error.name !== 'TypeError' && error.name !== 'TimeoutError'))
    return false;
  return repeatable || isRefusedConnection(error.cause);
}

/** Nobody listened: the request cannot have been acted on. */
function isRefusedConnection(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}

function readError(text: string): { message?: string; code?: string } {
  try {
    const { message, code } = JSON.parse(text) as { message?: unknown; code?: unknown };
    return {
      ...(typeof message === 'string' && { message: message.trim() }),
      ...(typeof code === 'string' && { code }),
    };
  } catch {
    return {}; // Plain text (`Invalid JSON`) or a proxy's page: the status says enough.
  }
}

function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 60) * 1000 : undefined;
}
