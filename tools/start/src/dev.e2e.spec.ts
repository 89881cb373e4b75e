import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FormBrowser } from '@ehr/testing-sandbox';
import { type Checkout, checkOut, processEnvWithout } from '@ehr/testing-worlds';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const API = 'http://127.0.0.1:3001';
const WEB = 'http://127.0.0.1:3000';
const ISSUER = 'http://127.0.0.1:3002';
const PATIENT = { resourceType: 'Patient', name: [{ family: 'Lovelace', given: ['Ada'] }] };

/** What a contributor does all day, in a clone: no engine, no build. The tests build on each other. */
describe('npm run dev', () => {
  let checkout: Checkout;
  let dev: ReturnType<typeof start>;
  const start = () =>
    // What npm calls; npm itself ends by the signal.
    execa(process.execPath, ['tools/start/bootstrap/main.mjs', 'dev'], {
      cwd: checkout.directory,
      // Nothing of the run of Nx around the test.
      env: processEnvWithout(/^(NX_|NODE_|FORCE_COLOR|CI$)/),
      extendEnv: false,
      // A process group of its own, as a shell gives it; a terminal sends Ctrl-C to all of it.
      detached: true,
      all: true,
      reject: false,
      stdin: 'ignore',
    });
  const edit = async (file: string, change: (text: string) => string) => {
    const path = join(checkout.directory, file);
    await writeFile(path, change(await readFile(path, 'utf8')));
  };
  const clara = new FormBrowser();
  const page = async (path: string) => (await clara.open(WEB + path, 'never')).html;
  const soon = { timeout: 180_000, interval: 200 };

  beforeAll(async () => {
    checkout = await checkOut('dev');
    dev = start();
  });
  afterAll(async () => {
    if (dev.pid !== undefined && dev.exitCode === null) process.kill(-dev.pid, 'SIGKILL');
    await checkout.remove();
  });

  it('runs both services from the sources, the web app on this API, for who signs in', async () => {
    await expect.poll(() => health(`${API}/health`), soon).toMatchObject({ status: 'pass' });
    await expect.poll(() => health(`${WEB}/api/health`), soon).toMatchObject({ status: 'pass' });
    expect((await fetch(`${API}/fhir/Patient`)).status).toBe(401);
    const created = await fetch(`${API}/fhir/Patient`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/fhir+json' },
      body: JSON.stringify(PATIENT),
    });
    expect(created.status).toBe(201);
    const asked = await clara.open(`${WEB}/sign-in/start`, 'never');
    await clara.submit(asked, { name: 'clara', password: 'demo' }, `${WEB}/patients`);
    // Compiling the page may take so long that the API's answer comes too late; the page says to try again.
    await expect.poll(() => page('/patients'), soon).toContain('Lovelace, Ada');
  });

  it('starts the API again when a file of it changes, with the records it had', async () => {
    const before = await health(`${API}/health`);
    await edit('apps/ehr-api/src/main.ts', (text) => `// changed\n${text}`);
    await expect
      .poll(async () => (await health(`${API}/health`))?.instance ?? before?.instance, soon)
      .not.toBe(before?.instance);
    await expect.poll(() => page('/patients'), soon).toContain('Lovelace, Ada');
  });

  it('shows a change of a page', async () => {
    await edit('apps/ehr-web/src/app/patients/page.tsx', (text) =>
      text.replace('Register patient', 'Take in'),
    );
    await expect.poll(() => page('/patients'), soon).toContain('Take in');
  });

  it('ends all of it at Ctrl-C, and itself without an error', async () => {
    process.kill(-(dev.pid as number), 'SIGINT');
    const { exitCode, all } = await dev;
    expect(exitCode, all).toBe(0);
    for (const url of [API, WEB, ISSUER]) await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});

async function health(url: string): Promise<{ status: string; instance: string } | undefined> {
  const answer = await fetch(url).catch(() => undefined);
  return answer?.json().catch(() => undefined) as Promise<{ status: string; instance: string } | undefined>;
}

/** Of a program that the development issuer knows. */
async function token(): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: 'ehr-seed', client_secret: 'demo', scope: 'system/*.cruds' }; // prettier-ignore
  const answer = await fetch(`${ISSUER}/token`, { method: 'POST', body: new URLSearchParams(form) });
  return ((await answer.json()) as { access_token: string }).access_token;
}
