import { describe, expect, it } from 'vitest';
import { readConfig } from './read-config.ts';

const EHR_SESSION_SECRET = 'a secret of this test, which nobody guesses';

describe('readConfig', () => {
  it.each([
    [{}, 'http://127.0.0.1:4201'],
    [{ EHR_ENVIRONMENT: 'staging', EHR_SESSION_SECRET, EHR_API_URL: '' }, 'http://ehr-api-staging:3000'],
    [{ EHR_ENVIRONMENT: 'dev', EHR_API_URL: 'https://api.example.org/' }, 'https://api.example.org'],
  ])('with %j the API is at %s', (environment, apiUrl) => {
    expect(readConfig(environment).apiUrl).toBe(apiUrl);
  });

  it('says whose records it shows, and which process it is', () => {
    const { identity } = readConfig({ EHR_ENVIRONMENT: 'dev' });
    expect(identity).toMatchObject({ service: 'ehr-web', environment: 'dev' });
    expect(identity.instance).toBe(readConfig({}).identity.instance);
    expect(identity.instance).toMatch(/^[0-9a-f-]{36}$/u);
  });

  it('is a client that everybody may be, or one with a secret', () => {
    expect(readConfig({}).client).toEqual({ id: 'ehr-web', secret: null, scope: 'openid profile fhirUser user/*.cruds' }); // prettier-ignore
    const own = { EHR_OIDC_CLIENT_ID: 'web', EHR_OIDC_CLIENT_SECRET: 's', EHR_OIDC_SCOPE: 'openid' };
    expect(readConfig(own).client).toEqual({ id: 'web', secret: 's', scope: 'openid' });
  });

  it.each(['staging', 'prod'])('needs a secret of its own in %s', (EHR_ENVIRONMENT) => {
    expect(readConfig({ EHR_ENVIRONMENT, EHR_SESSION_SECRET }).secret).toBe(EHR_SESSION_SECRET);
    for (const secret of ['', 'demo', readConfig({}).secret])
      expect(() => readConfig({ EHR_ENVIRONMENT, EHR_SESSION_SECRET: secret })).toThrowError(
        'EHR_SESSION_SECRET',
      );
  });

  it.each([
    'http://api.example.org',
    'http://10.0.0.7:3000',
    'http://api.internal',
    'http://127.0.0.1.example.org',
    'http://2130706434/',
    'http://ehr-api.:3000',
  ])('goes to %s in a local environment alone', (EHR_API_URL) => {
    expect(readConfig({ EHR_API_URL }).apiUrl).toBe(EHR_API_URL.replace(/\/$/u, ''));
    for (const EHR_ENVIRONMENT of ['staging', 'prod'])
      expect(() => readConfig({ EHR_ENVIRONMENT, EHR_SESSION_SECRET, EHR_API_URL })).toThrowError(
        /EHR_API_URL.*https/u,
      );
  });

  it.each([
    'https://api.example.org',
    'http://ehr-api-prod:3000',
    'http://localhost:3000',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
  ])('goes to %s in prod', (EHR_API_URL) => {
    expect(readConfig({ EHR_ENVIRONMENT: 'prod', EHR_SESSION_SECRET, EHR_API_URL }).apiUrl).toBe(EHR_API_URL);
  });

  it.each([['EHR_IDLE_MINUTES', '0'], ['EHR_IDLE_MINUTES', 'long'], ['EHR_SITE_URL', 'ehr.example.org']])(
    'refuses %s=%s by its rule',
    (name, value) => expect(() => readConfig({ [name]: value })).toThrowError(name),
  ); // prettier-ignore
});
