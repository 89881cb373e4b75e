/** A registry's answer that was not the one hoped for. Carries no URL: locations hold upload tokens. */
export class RegistryHttpError extends Error {
  override readonly name = 'RegistryHttpError';
  readonly status: number;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, status: number, retryAfterMs?: number) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }

  /** Reads the error list of the distribution spec (§ Error Codes) where there is one. */
  static async from(method: string, registry: string, response: Response): Promise<RegistryHttpError> {
    const text = method === 'HEAD' ? '' : await response.text().catch(() => '');
    const said = firstError(text);
    return new RegistryHttpError(
      `The registry ${registry} answered ${response.status} to ${method}${said === undefined ? '' : ` (${said})`}`,
      response.status,
      retryAfter(response.headers.get('retry-after')),
    );
  }
}

/** The error when it is one that passes by itself: the network, a time-out, 408, 429, 5xx. */
export function isTransient(error: unknown): boolean {
  if (error instanceof RegistryHttpError) return [408, 429, 500, 502, 503, 504].includes(error.status);
  return error instanceof Error && (error.name === 'TypeError' || error.name === 'TimeoutError');
}

export function transientOf(error: unknown): RegistryHttpError | undefined {
  return error instanceof RegistryHttpError && isTransient(error) ? error : undefined;
}

/** Seconds or an HTTP date (RFC 9110 § 10.2.3), as milliseconds, at most a minute: longer is a failure to report. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 60) * 1000 : undefined;
}

function firstError(text: string): string | undefined {
  try {
    const [first] = (JSON.parse(text) as { errors?: { code?: string; message?: string }[] }).errors ?? [];
    return first === undefined ? undefined : [first.code, first.message].filter(Boolean).join(': ');
  } catch {
    return undefined; // Not the spec's JSON (a proxy's page): the status says enough.
  }
}
