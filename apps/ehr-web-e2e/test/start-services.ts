import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@ehr/testing-sandbox';

const DIST = join(import.meta.dirname, '../../../dist/apps');

/** A built service that was started for a test. */
export interface Service {
  readonly url: string;
  /** Every line it printed. */
  lines(): readonly string[];
  stop(): Promise<number | null>;
}

/** Both built services, the web app on top of the API. */
export interface Services {
  readonly api: Service;
  readonly web: Service;
  stop(): Promise<void>;
}

/** The two built services as their images run them, on free ports, with an empty database. */
export async function startServices(): Promise<Services> {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-web-e2e-'));
  const api = await startService('ehr-api', '/health', { HOST: '127.0.0.1', EHR_DATA_DIR: directory });
  const web = await startService('ehr-web', '/api/health', { HOSTNAME: '127.0.0.1', EHR_API_URL: api.url });
  const stop = async () => {
    await Promise.all([web.stop(), api.stop()]);
    await rm(directory, { recursive: true });
  };
  return { api, web, stop };
}

/**
 * Starts a built service and waits until its health answers.
 * @throws Error with its output when it ends first
 */
export async function startService(
  name: 'ehr-api' | 'ehr-web',
  healthPath: string,
  variables: Readonly<Record<string, string>>,
): Promise<Service> {
  const port = await freePort();
  const env = { PORT: String(port), ...variables };
  const child = spawn(process.execPath, [join(DIST, name, 'main.js')], { cwd: tmpdir(), env });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = `http://127.0.0.1:${port}`;
  await untilHealthy(child, `${url}${healthPath}`, () => printed);
  return {
    url,
    lines: () => printed.trim().split('\n'),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

async function untilHealthy(child: ChildProcess, url: string, printed: () => string): Promise<void> {
  const healthy = () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await healthy())) {
    if (child.exitCode !== null)
      throw new Error(`${url} never answered (exit ${child.exitCode}):\n${printed()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
