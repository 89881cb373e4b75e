import type { Socket } from 'node:net';
import { type Issue, operationOutcome } from '@ehr/fhir';
import { ENVIRONMENT_HEADER } from '@ehr/health';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { NotLetIn } from '../access/not-let-in.ts';
import { FhirError } from '../fhir/fhir-error.ts';
import { FHIR_JSON } from './fhir-routes.ts';
import { refusalOf } from './identify.ts';

/** Every error of every kind becomes an OperationOutcome; only what is our own fault is logged as an error. */
export function answerError(error: Error | FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const { status, issues, headers } = error instanceof FhirError ? error : describeForClient(error, request);
  if (status === 500) request.log.error({ err: error }, 'request failed');
  else if (status > 500) request.log.warn({ err: error }, 'request not served');
  void reply
    .headers(headers)
    .code(status)
    .type(FHIR_JSON)
    .send(JSON.stringify(operationOutcome(issues)));
}

/**
 * What Node could not read as HTTP never becomes a request; nothing of it may be logged. Who has said nothing yet gets no
 * answer: it would be taken for that to the next request.
 */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket, environment: string): void {
  if (!socket.writable || socket.bytesRead === 0) return void socket.destroy();
  const [status, issue] = unreadable[error.code ?? ''] ?? NOT_HTTP;
  const body = JSON.stringify(operationOutcome([issue]));
  socket.write(
    `HTTP/1.1 ${status}\r\ncontent-type: application/fhir+json\r\n${ENVIRONMENT_HEADER}: ${environment}\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  socket.destroySoon();
}

const NOT_HTTP: readonly [string, Issue] = [
  '400 Bad Request',
  { code: 'structure', diagnostics: 'This is not HTTP/1.1.' },
];

/** https://nodejs.org/api/errors.html */
const unreadable: Readonly<Record<string, readonly [string, Issue]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [
    '408 Request Timeout',
    { code: 'timeout', diagnostics: 'The request did not come whole in time; send it again.' },
  ],
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    { code: 'too-long', diagnostics: 'The header is longer than this server takes; search by POST.' },
  ],
};

function describeForClient(
  error: Error & { code?: unknown; statusCode?: number },
  request: FastifyRequest,
): FhirError {
  if (error instanceof NotLetIn) return refusalOf(error);
  const known = frameworkIssues[String(error.code)];
  if (known) return new FhirError(known[0], [known[1]]);
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500)
    return new FhirError(status, [{ code: 'invalid', diagnostics: 'The request is malformed; correct it.' }]);
  if (status === 503) return tryAgain('This server is shutting down; try again.');
  if (DATABASE_AWAY.has(String(error.code))) return tryAgain('The database does not answer; try again.');
  if (error.name === 'DatabaseBusy') return tryAgain('This server has more to do than it can; try again.');
  const diagnostics = `The server failed. Nothing was changed. The log has the cause under request ${request.id}.`;
  return new FhirError(500, [{ code: 'exception', diagnostics }]);
}

/** https://www.postgresql.org/docs/17/errcodes-appendix.html: it shuts down, or starts; and what the network says. */
const DATABASE_AWAY = new Set(['57P01', '57P02', '57P03', '08006', 'ECONNREFUSED', 'ECONNRESET']);

function tryAgain(diagnostics: string): FhirError {
  return new FhirError(503, [{ code: 'transient', diagnostics }], { 'retry-after': '2' });
}

/** Refusals of Fastify and PostgreSQL, in our words: https://fastify.dev/docs/latest/Reference/Errors */
const frameworkIssues: Readonly<Record<string, readonly [number, Issue]>> = {
  // PostgreSQL's: a statement ran into its limit of time.
  '57014': [
    503,
    {
      code: 'timeout',
      diagnostics:
        'This takes longer than this server allows. Nothing was changed. Narrow a search: name a patient, a code or a span of time, or leave out _total.',
    },
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    415,
    { code: 'not-supported', diagnostics: 'Content-Type must be application/fhir+json.' },
  ],
  FST_ERR_CTP_BODY_TOO_LARGE: [
    413,
    { code: 'too-long', diagnostics: 'The body is larger than this server takes; make it smaller.' },
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    400,
    { code: 'structure', diagnostics: 'The body is not as long as Content-Length says.' },
  ],
};
