import { describe, expect, it } from 'vitest';
import { readConfig } from './read-config.ts';

describe('readConfig', () => {
  it.each([
    [{}, 'http://127.0.0.1:4201'],
    [{ EHR_ENVIRONMENT: 'staging', EHR_API_URL: '' }, 'http://ehr-api-staging:3000'],
    [{ EHR_ENVIRONMENT: 'staging', EHR_API_URL: 'https://api.example.org/' }, 'https://api.example.org'],
  ])('with %j the API is at %s', (environment, apiUrl) => {
    expect(readConfig(environment).apiUrl).toBe(apiUrl);
  });

  it('says whose records it shows, and which process it is', () => {
    const { identity } = readConfig({ EHR_ENVIRONMENT: 'staging' });
    expect(identity).toMatchObject({ service: 'ehr-web', environment: 'staging' });
    expect(identity.instance).toBe(readConfig({}).identity.instance);
    expect(identity.instance).toMatch(/^[0-9a-f-]{36}$/u);
  });
});
