import { z } from 'zod';

/** Thrown for an answer that is not a success. A `body` of text is sent as it is, anything else as JSON. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`status ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** The answer to every wrong, missing, expired, exhausted or rate-limited key: no code. */
export function keyRefused(): Refusal {
  return new Refusal(401, { message: 'Unauthorized' });
}

const codes = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  404: 'NOT_FOUND',
  415: 'UNSUPPORTED_MEDIA_TYPE',
} as const;

/** tRPC's error shape; `path` is the procedure's name, undefined when there is no such procedure. */
export function refused(status: keyof typeof codes, message: string, path?: string): Refusal {
  const code = codes[status];
  return new Refusal(status, {
    message,
    code,
    data: { code, httpStatus: status, ...(path !== undefined && { path }), zodError: null },
  });
}

/** The 400 for input that a procedure's schema refuses. */
export function inputInvalid(error: z.ZodError, path: string): Refusal {
  return new Refusal(400, {
    message: 'Input validation failed',
    code: 'BAD_REQUEST',
    data: { code: 'BAD_REQUEST', httpStatus: 400, path, zodError: z.flattenError(error) },
    issues: error.issues,
  });
}
