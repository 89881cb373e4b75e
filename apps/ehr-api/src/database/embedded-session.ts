import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Outcome, Statement } from '../embedded-worker.ts';
import type { Queryable } from './database.ts';

/** Beside the bundle, or among the sources. */
const WORKER = import.meta.filename.endsWith('.ts')
  ? join(import.meta.dirname, '../embedded-worker.ts')
  : join(import.meta.dirname, 'embedded-worker.js');

/** https://www.postgresql.org/docs/17/errcodes-appendix.html: query_canceled, and what follows for who shared its session. */
const CANCELED = '57014';
const ADMIN_SHUTDOWN = '57P01';

/**
 * The one session of an embedded database, used by one at a time. A statement that does not end in time is ended with the
 * thread it runs in, as if the power had failed: what was committed is there again when the next thread has opened it.
 */
export class EmbeddedSession {
  readonly #dataDir: string;
  readonly #statementMs: number;
  #worker: Worker;
  /** Resolves when those who came before are done. */
  #before: Promise<unknown> = Promise.resolve();
  #users = 0;

  private constructor(worker: Worker, dataDir: string, statementMs: number) {
    this.#worker = worker;
    this.#dataDir = dataDir;
    this.#statementMs = statementMs;
  }

  static async open(dataDir: string, statementMs: number): Promise<EmbeddedSession> {
    return new EmbeddedSession(await startWorker(dataDir), dataDir, statementMs);
  }

  get isBusy(): boolean {
    return this.#users > 0;
  }

  /** Gives the session to `use` alone, in its turn. */
  alone<T>(use: (session: Queryable) => Promise<T>): Promise<T> {
    this.#users += 1;
    const turn = this.#before.then(async () => {
      // Who goes on after the thread was ended would write outside of its transaction.
      const own = this.#worker;
      return use({
        query: <Row extends object>(sql: string, values: readonly unknown[] = []) =>
          own === this.#worker
            ? (this.#ask({ sql, values }) as Promise<Row[]>)
            : Promise.reject(
                errorOf('The statement before took too long; the session was ended.', ADMIN_SHUTDOWN),
              ),
      });
    });
    this.#before = turn.catch(() => undefined).finally(() => (this.#users -= 1));
    return turn;
  }

  async close(): Promise<void> {
    await this.#before;
    const ended = once(this.#worker, 'exit');
    this.#worker.postMessage('close');
    await ended;
  }

  async #ask(statement: Statement): Promise<object[]> {
    const worker = this.#worker;
    const answered = new AbortController();
    const { signal } = answered;
    const timer = setTimeout(() => answered.abort(), this.#statementMs);
    try {
      worker.postMessage(statement);
      const [outcome] = (await Promise.race([
        once(worker, 'message', { signal }),
        once(worker, 'exit', { signal }).then(() => [ENDED]),
      ])) as [Outcome];
      if ('rows' in outcome) return [...outcome.rows];
      throw errorOf(outcome.error.message, outcome.error.code);
    } catch (error) {
      if (!signal.aborted) throw error;
      await worker.terminate();
      this.#worker = await startWorker(this.#dataDir);
      throw errorOf('The statement took too long and was ended.', CANCELED);
    } finally {
      clearTimeout(timer);
      answered.abort();
    }
  }
}

const ENDED: Outcome = { error: { message: 'The database ended.', code: ADMIN_SHUTDOWN } };

function errorOf(message: string, code: string | undefined): Error {
  return Object.assign(new Error(message), { name: 'DatabaseError', code });
}

async function startWorker(dataDir: string): Promise<Worker> {
  const worker = new Worker(WORKER, { workerData: { dataDir } });
  await once(worker, 'message');
  return worker;
}
