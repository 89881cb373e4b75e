import { parseHealthReport } from '@ehr/health';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, startService } from '../test/start-services.ts';

describe('the web app without its record service', () => {
  let web: Service;
  beforeAll(async () => {
    web = await startService('ehr-web', '/api/health', {
      HOSTNAME: '127.0.0.1',
      EHR_API_URL: 'http://127.0.0.1:9',
      EHR_FINGERPRINT: 'f1',
    });
  });
  afterAll(() => web.stop());

  it('is healthy itself and warns, so that its own rollout succeeds', async () => {
    const answer = await fetch(`${web.url}/api/health`);
    const report = parseHealthReport(await answer.json());
    expect([answer.status, report]).toMatchObject([
      200,
      { status: 'warn', fingerprint: 'f1', checks: { 'ehr-api': { status: 'warn' } } },
    ]);
  });

  it.each(['/patients?search=Zanarienvogel', '/patients/some-id'])(
    'says on %s that records cannot be shown, and logs no name',
    async (path) => {
      const answer = await fetch(`${web.url}${path}`);
      expect(answer.status).toBe(503);
      expect(await answer.text()).toContain('The record service is not reachable');
      expect(web.lines().join('\n')).not.toContain('Zanarienvogel');
    },
  );

  it('keeps the form when a registration cannot be saved', async () => {
    const form = { given: 'A', family: 'B', birthDate: '1980-01-01', sex: 'male', mrn: '1', phone: '' };
    const answer = await fetch(`${web.url}/patients/register`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { 'sec-fetch-site': 'same-origin' },
      redirect: 'manual',
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      expect.stringMatching(/^\/patients\/new\?draft=/u),
    ]);
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await fetch(`${web.url}${answer.headers.get('location')}`, { headers: { cookie } });
    expect(await page.text()).toContain('nothing was saved');
  });

  it('refuses to start with one line that names every bad variable', async () => {
    const bad = { EHR_API_URL: 'ftp://user:hunter2@api', EHR_ENVIRONMENT: 'test', HOSTNAME: '127.0.0.1' };
    const attempt = startService('ehr-web', '/api/health', bad);
    await expect(attempt).rejects.toThrowError(
      /BAD_ENVIRONMENT.*EHR_ENVIRONMENT.*EHR_API_URL|EHR_ENVIRONMENT.*EHR_API_URL/u,
    );
    await expect(attempt).rejects.toThrowError(/exit 78/u);
    await expect(attempt).rejects.not.toThrowError(/hunter2/u);
  });

  it('stops with exit code 0', async () => {
    const other = await startService('ehr-web', '/api/health', { HOSTNAME: '127.0.0.1' });
    expect(await other.stop()).toBe(0);
  });
});
