import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, startService } from '../test/start-services.ts';

describe('the web app of staging on the record service of dev', () => {
  let directory: string;
  let api: Service;
  let web: Service;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ehr-other-environment-'));
    api = await startService('ehr-api', '/health', {
      HOST: '127.0.0.1',
      EHR_DATA_DIR: directory,
      EHR_ENVIRONMENT: 'dev',
    });
    // Neither its health nor a page of records: they fail here.
    web = await startService('ehr-web', '/not-sent', {
      HOSTNAME: '127.0.0.1',
      EHR_API_URL: api.url,
      EHR_ENVIRONMENT: 'staging',
      EHR_SESSION_SECRET: 'a secret of this test, which nobody guesses',
    });
  });
  afterAll(async () => {
    await Promise.all([web.stop(), api.stop()]);
    await rm(directory, { recursive: true });
  });

  it('is not healthy, and says whose record service it found', async () => {
    const answer = await fetch(`${web.url}/api/health`);
    const detail = 'misconfigured: answers for dev, this is staging';
    expect([answer.status, await answer.json()]).toMatchObject([
      503,
      { environment: 'staging', checks: { 'ehr-api': { status: 'fail', detail } } },
    ]);
  });

  it.each(['/patients?search=Zanarienvogel', '/patients/some-id'])(
    'shows no record on %s and says that it is misconfigured',
    async (path) => {
      const page = await (await fetch(`${web.url}${path}`)).text();
      expect(page).toContain('This site is misconfigured');
      expect(page).not.toContain('not reachable');
    },
  );

  it('saves nothing', async () => {
    const form = { given: 'A', family: 'B', birthDate: '1980-01-01', sex: 'male', mrn: '1', phone: '' };
    const answer = await fetch(`${web.url}/patients/register`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { 'sec-fetch-site': 'same-origin' },
      redirect: 'manual',
    });
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await fetch(`${web.url}${answer.headers.get('location')}`, { headers: { cookie } });
    expect(await page.text()).toContain('nothing was saved');
    const found = await fetch(`${api.url}/fhir/Patient?_count=0`);
    expect(await found.json()).toMatchObject({ total: 0 });
    expect(api.lines().filter((line) => line.includes('"status":421')).length).toBeGreaterThan(3);
  });
});
