import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '@ehr/testing-sandbox';

const MAIN = join(import.meta.dirname, '../../../dist/apps/ehr-api/main.js');

/** The built service, running in a process of its own. */
export interface RunningService {
  readonly url: string;
  readonly pid: number;
  /** Everything it printed so far. */
  output(): string;
  /** Resolves when `/health` answers; rejects when the process ends first. */
  ready(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<Ended>;
  readonly ended: Promise<Ended>;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Starts the built service, as its image does, or the one that begins with `main`, with nothing but these variables. */
export async function runService(
  variables: Readonly<Record<string, string>>,
  main = MAIN,
): Promise<RunningService> {
  const port = await freePort();
  const env = { PORT: String(port), HOST: '127.0.0.1', ...variables };
  const child = spawn(process.execPath, ['--no-warnings', main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  const keep = (chunk: Buffer) => (printed += chunk.toString());
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let over: Ended | undefined;
  const ended = new Promise<Ended>((resolve) => child.once('close', (code, signal) => resolve((over = { code, signal })))); // prettier-ignore
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    pid: child.pid ?? 0,
    output: () => printed,
    ended,
    ready: async () => {
      while (!(await answers(`${url}/health`))) {
        if (over) throw new Error(`The service ended before it was ready:\n${printed}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    kill: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
