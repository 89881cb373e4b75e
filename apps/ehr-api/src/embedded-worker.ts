import { setFlagsFromString } from 'node:v8';
import { type MessagePort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

/** A statement for the embedded database, and what it is answered with. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** The rows, or what PostgreSQL said: an error with its SQLSTATE. */
export type Outcome =
  | { readonly rows: readonly object[] }
  | { readonly error: { readonly message: string; readonly code?: string } };

/** What the thread is started with. Its channel is its own: on that of every worker Node itself speaks, in watch mode. */
export interface Start {
  readonly dataDir: string;
  readonly port: MessagePort;
}

/*
 * PostgreSQL in a thread of its own: a statement that takes long holds up nobody who does not ask the database, and can be
 * ended. The thread answers one statement after the other.
 */
const { dataDir, port } = workerData as Start;

// V8 compiles a function of WebAssembly again, and better, once it has run for a while: of a database that starts, thousands, and one
// that takes seconds and 600 MB. What goes on running is reached all the same, 150 times later (V8 takes no larger number).
setFlagsFromString('--wasm-tiering-budget=2000000000');
const pglite = await PGlite.create({
  dataDir,
  // Buffers are filled with zeros, byte by byte, at each start; what they do not hold the system's own cache has.
  startParams: [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB', '-c', 'max_connections=4'],
});
port.on('message', (message: Statement | 'close') => void answer(message));
port.postMessage('ready');

async function answer(message: Statement | 'close'): Promise<void> {
  if (message === 'close') {
    await pglite.close();
    return port.close();
  }
  port.postMessage(await run(message));
}

async function run({ sql, values }: Statement): Promise<Outcome> {
  try {
    return { rows: (await pglite.query<object>(sql, [...values])).rows };
  } catch (error) {
    const { message, code } = error as { readonly message: string; readonly code?: string };
    return { error: { message, ...(code !== undefined && { code }) } };
  }
}
