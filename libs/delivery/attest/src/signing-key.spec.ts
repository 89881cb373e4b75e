import { describe, expect, it } from 'vitest';
import { signingKey, verifyingKey } from './signing-key.ts';

const settings = (values: Record<string, string>) => ({ setting: (name: string) => values[name] });
const github = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'clinic/ehr.connect' };

describe('signingKey', () => {
  it('is none unless a setting wants one', () => {
    expect(signingKey(settings({}), github)).toBeNull();
    expect(signingKey(settings({ COSIGN: 'false' }), github)).toBeNull();
  });

  it('is the private key, and shows neither it nor its password', () => {
    const key = signingKey(
      settings({ COSIGN_PRIVATE_KEY: 'canary', COSIGN_PASSWORD: 'canary', COSIGN: 'true' }),
      {},
    );
    expect(key).toMatchObject({ kind: 'key' });
    expect(JSON.stringify(key)).not.toContain('canary');
  });

  it('is this repository’s workflow, and no other that begins like it', () => {
    const key = signingKey(settings({ COSIGN: 'true' }), github);
    const identity = key?.kind === 'keyless' ? key.identity : /never/;
    const workflow = (repository: string) =>
      identity.test(`https://github.com/${repository}/.github/workflows/deliver.yml@refs/heads/main`);
    expect(['clinic/ehr.connect', 'clinic/ehr.connect-evil', 'clinic/ehrxconnect'].map(workflow)).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('verifyingKey', () => {
  it('is the public key, else the private one’s other half, else the workflow at work', () => {
    expect(verifyingKey(settings({ COSIGN_PUBLIC_KEY: 'p', COSIGN_PRIVATE_KEY: 's' }), {})).toEqual({
      kind: 'key',
      publicKey: 'p',
    });
    expect(verifyingKey(settings({ COSIGN_PRIVATE_KEY: 's' }), {})).toMatchObject({ kind: 'key' });
    expect(verifyingKey(settings({ COSIGN: 'true' }), github)).toMatchObject({ kind: 'keyless' });
  });

  it('is none where nothing names who must have signed', () => {
    expect(verifyingKey(settings({ COSIGN: 'true' }), {})).toBeNull();
    expect(verifyingKey(settings({}), github)).toBeNull();
  });
});
