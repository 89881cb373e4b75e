import { once } from 'node:events';
import { join } from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Outcome, Start, Statement } from '../embedded-worker.ts';
import { type Queryable, TENANT_SETTING } from './database.ts';

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
  #thread: Thread;
  /** Resolves when those who came before are done. */
  #before: Promise<unknown> = Promise.resolve();
  #users = 0;

  private constructor(thread: Thread, dataDir: string, statementMs: number) {
    this.#thread = thread;
    this.#dataDir = dataDir;
    this.#statementMs = statementMs;
  }

  static async open(dataDir: string, statementMs: number): Promise<EmbeddedSession> {
    return new EmbeddedSession(await startThread(dataDir), dataDir, statementMs);
  }

  get isBusy(): boolean {
    return this.#users > 0;
  }

  /** Gives the session to `use` alone, in its turn, as this is to have it. */
  alone<T>(user: SessionUser, use: (session: Queryable) => Promise<T>): Promise<T> {
    this.#users += 1;
    const turn = this.#before.then(async () => {
      // Who goes on after the thread was ended would write outside of its transaction.
      const own = this.#thread;
      await this.#become(user, own);
      return use({
        query: <Row extends object>(sql: string, values: readonly unknown[] = []) =>
          own === this.#thread
            ? (this.#ask({ sql, values }) as Promise<Row[]>)
            : Promise.reject(
                errorOf('The statement before took too long; the session was ended.', ADMIN_SHUTDOWN),
              ),
      });
    });
    this.#before = turn.catch(() => undefined).finally(() => (this.#users -= 1));
    return turn;
  }

  /** Tells the session who has it, where that is not who had it before. What is not known is told anew. */
  async #become({ role, tenant }: SessionUser, thread: Thread): Promise<void> {
    const before = thread.user;
    if (before?.role === role && before.tenant === tenant) return;
    thread.user = undefined;
    await this.#ask({ sql: "select set_config('role', $1, false)", values: [role ?? 'none'] });
    await this.#ask({ sql: `select set_config('${TENANT_SETTING}', $1, false)`, values: [tenant] });
    thread.user = { role, tenant };
  }

  async close(): Promise<void> {
    await this.#before;
    const { worker, port } = this.#thread;
    const ended = once(worker, 'exit');
    port.postMessage('close');
    await ended;
  }

  async #ask(statement: Statement): Promise<object[]> {
    const { worker, port } = this.#thread;
    const answered = new AbortController();
    const { signal } = answered;
    const timer = setTimeout(() => answered.abort(), this.#statementMs);
    try {
      port.postMessage(statement);
      const [outcome] = (await Promise.race([
        once(port, 'message', { signal }),
        once(worker, 'exit', { signal }).then(() => [ENDED]),
      ])) as [Outcome];
      if ('rows' in outcome) return [...outcome.rows];
      throw errorOf(outcome.error.message, outcome.error.code);
    } catch (error) {
      if (!signal.aborted) throw error;
      await worker.terminate();
      this.#thread = await startThread(this.#dataDir);
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

/** Who has the session: its owner (null) or a role, and the tenant whose rows are met, as `tenantSetting` has it. */
export interface SessionUser {
  readonly role: string | null;
  readonly tenant: string;
}

/** A thread that runs the database, and the channel to it. */
interface Thread {
  readonly worker: Worker;
  readonly port: MessagePort;
  /** Who its session was told to be; undefined: that is not known. */
  user: SessionUser | undefined;
}

async function startThread(dataDir: string): Promise<Thread> {
  const { port1: port, port2 } = new MessageChannel();
  const start: Start = { dataDir, port: port2 };
  const worker = new Worker(WORKER, { workerData: start, transferList: [port2] });
  await Promise.race([once(port, 'message'), once(worker, 'exit').then(() => Promise.reject(errorOf('The database did not start.', ADMIN_SHUTDOWN)))]); // prettier-ignore
  return { worker, port, user: undefined };
}
