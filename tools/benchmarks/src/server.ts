import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort, workspaceRoot } from '@ehr/testing-sandbox';

/** A server under measure, a process of its own. */
export interface Server {
  readonly name: string;
  readonly url: string;
  readonly child: ChildProcess;
}

/** The built service. */
export const EHR_API = join(workspaceRoot, 'dist/apps/ehr-api/main.js');

/**
 * Starts a program on a free port of loopback, and waits until its health answers.
 * @throws Error when it ends before
 */
export async function startServer(
  name: string,
  main: string,
  settings: Readonly<Record<string, string>>,
): Promise<Server> {
  const port = await freePort();
  const env = { PATH: process.env['PATH'], PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'fatal', EHR_ENVIRONMENT: 'local', ...settings }; // prettier-ignore
  const child = spawn(process.execPath, ['--no-warnings', main], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  const isThere = () => fetch(`${url}/health`).then(({ ok }) => ok, () => false); // prettier-ignore
  while (!(await isThere())) {
    if (child.exitCode !== null) throw new Error(`${name} ended before it answered.`);
    await new Promise((done) => setTimeout(done, 20));
  }
  return { name, url, child };
}

/** Ends it, and waits until it has. */
export async function endServer({ child }: Server): Promise<void> {
  if (child.exitCode !== null || !child.kill()) return;
  await once(child, 'close');
}
