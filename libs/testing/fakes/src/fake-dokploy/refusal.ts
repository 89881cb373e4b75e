import { z } from 'zod';

/** An answer that is not a success, in the shape Dokploy gives it. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`status ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** Wrong, missing, expired, exhausted and rate-limited keys: all the same two words, no code. */
export function keyRefused(): Refusal {
  return new Refusal(401, { message: 'Unauthorized' });
}

const codes = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  404: 'NOT_FOUND',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  500: 'INTERNAL_SERVER_ERROR',
} as const;

/** tRPC's error shape; without a path when the procedure itself is unknown. */
export function refused(status: keyof typeof codes, message: string, path?: string): Refusal {
  const code = codes[status];
  return new Refusal(status, {
    message,
    code,
    data: { code, httpStatus: status, ...(path !== undefined && { path }), zodError: null },
  });
}

export function inputInvalid(error: z.ZodError, path: string): Refusal {
  return new Refusal(400, {
    message: 'Input validation failed',
    code: 'BAD_REQUEST',
    data: { code: 'BAD_REQUEST', httpStatus: 400, path, zodError: z.flattenError(error) },
    issues: error.issues,
  });
}
