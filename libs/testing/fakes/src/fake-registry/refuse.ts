import type { ServerResponse } from 'node:http';

/** Answers with the distribution specification's errors: one for each detail, as Distribution has it. */
export function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  ...details: readonly string[]
): void {
  const message = code.toLowerCase().replaceAll('_', ' ');
  const errors =
    details.length === 0 ? [{ code, message }] : details.map((detail) => ({ code, message, detail }));
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ errors }));
}
