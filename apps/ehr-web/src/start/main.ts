import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { exitStatusOf, secretsFromFiles } from '@ehr/service-kit';
import { readConfig, secretVariables } from '../config/read-config.ts';
import { openResponses, OWN_RESPONSE } from '../http/open-responses.ts';
import { sendConsoleToLog } from '../log/console-as-json.ts';
import { log } from '../log/log.ts';

/** Container runtimes kill after 10 s; by then this process must have ended by itself. */
const STOP_LIMIT_MS = 9_000;

/** What the image starts: checks the environment, then runs the server Next built beside this file. */
async function start(): Promise<void> {
  // Read once, while the files are there.
  Object.assign(
    process.env,
    secretsFromFiles(process.env, secretVariables, (path) => readFileSync(path, 'utf8')),
  );
  const { port, hostname } = readConfig();
  process.env['PORT'] = String(port);
  process.env['HOSTNAME'] = hostname;
  process.env['NEXT_TELEMETRY_DISABLED'] = '1';
  sendConsoleToLog();
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as Started;
    tellWhereFrom(request);
    keepResponse(request, response);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  // A path that only exists in the output; a literal would be bundled.
  const server = './server.js';
  await import(server);
}

/** https://nodejs.org/api/diagnostics_channel.html#event-httpserverrequeststart */
interface Started {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

let started = 0;

/** A page sets its status by it. */
function keepResponse(request: IncomingMessage, response: ServerResponse): void {
  const own = String((started += 1));
  request.headers[OWN_RESPONSE] = own;
  openResponses().set(own, response);
  response.once('close', () => openResponses().delete(own));
}

/** Next knows no connections: the address is added to the chain of forwarded ones, as a proxy does. */
function tellWhereFrom(request: IncomingMessage): void {
  const before = request.headers['x-forwarded-for'];
  const address = request.socket.remoteAddress ?? '';
  request.headers['x-forwarded-for'] = before === undefined ? address : `${String(before)}, ${address}`;
}

/** Next finishes the requests in flight by itself; it then exits with 128 + the signal's number. */
function stop(signal: NodeJS.Signals): void {
  log('info', 'stopping', { signal });
  const exit = process.exit.bind(process);
  process.exit = (code) => exit(code === 143 || code === 130 ? 0 : code);
  setTimeout(() => {
    log('error', 'requests were still running at the time limit; they were cut off');
    exit(1);
  }, STOP_LIMIT_MS).unref();
}

function fail(error: unknown): never {
  const message =
    error instanceof Error && error.name === 'StartError' ? error.message : 'ehr-web cannot go on';
  log('fatal', message, { err: error });
  process.exit(exitStatusOf(error));
}

process.on('uncaughtException', fail);
await start().catch(fail);
