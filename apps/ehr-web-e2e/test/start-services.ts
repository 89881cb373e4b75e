import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@ehr/testing-sandbox';

const DIST = join(import.meta.dirname, '../../../dist/apps');
const ISSUER = join(import.meta.dirname, '../../ehr-issuer/src/main.ts');
const AUDIENCE = 'https://ehr.example.org/fhir';

/** A built service that was started for a test. */
export interface Service {
  readonly url: string;
  /** Every line it printed. */
  lines(): readonly string[];
  stop(): Promise<number | null>;
}

/** Both built services, the web app on top of the API, and the issuer that people sign in with. */
export interface Services {
  readonly issuer: Service;
  readonly api: Service;
  readonly web: Service;
  /** Another web app on the same API. */
  anotherWeb(variables?: Readonly<Record<string, string>>): Promise<Service>;
  stop(): Promise<void>;
}

/** The two built services as their images run them, on free ports, with an empty database; `variables` are those of ehr-web. */
export async function startServices(variables: Readonly<Record<string, string>> = {}): Promise<Services> {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-web-e2e-'));
  // ehr-web renews tokens that end within a minute: here each second.
  const state = { EHR_ISSUER_STATE: directory, EHR_AUDIENCE: AUDIENCE, EHR_ISSUER_TOKEN_SECONDS: '61' };
  const issuer = await start([ISSUER], '/health', state, (port) => ({ EHR_ISSUER_URL: `http://127.0.0.1:${port}` })); // prettier-ignore
  const api = await startService('ehr-api', '/health', {
    HOST: '127.0.0.1',
    EHR_DATA_DIR: join(directory, 'data'),
    EHR_ISSUERS: JSON.stringify([{ issuer: issuer.url, audience: AUDIENCE }]),
  });
  const webs: Service[] = [];
  const anotherWeb = async (own: Readonly<Record<string, string>> = variables) => {
    const web = await startService('ehr-web', '/api/health', { HOSTNAME: '127.0.0.1', EHR_API_URL: api.url, ...own }); // prettier-ignore
    webs.push(web);
    return web;
  };
  const web = await anotherWeb();
  const stop = async () => {
    await Promise.all([...webs, api, issuer].map((one) => one.stop()));
    await rm(directory, { recursive: true });
  };
  return { issuer, api, web, anotherWeb, stop };
}

/**
 * Starts a built service and waits until its health answers.
 * @throws Error with its output when it ends first
 */
export function startService(
  name: 'ehr-api' | 'ehr-web',
  healthPath: string,
  variables: Readonly<Record<string, string>>,
): Promise<Service> {
  return start([join(DIST, name, 'main.js')], healthPath, variables);
}

async function start(
  program: readonly string[],
  healthPath: string,
  variables: Readonly<Record<string, string>>,
  ofPort: (port: number) => Readonly<Record<string, string>> = () => ({}),
): Promise<Service> {
  const port = await freePort();
  const env = { PORT: String(port), ...variables, ...ofPort(port) };
  const child = spawn(process.execPath, ['--no-warnings', ...program], { cwd: tmpdir(), env });
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
