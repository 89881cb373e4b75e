import { describe, expect, it } from 'vitest';
import { registryConfig } from './registry.ts';

const options = { address: '127.0.0.1:5050', directory: '/data' };

describe('registryConfig', () => {
  it('allows deleting, and needs no password unless it gets a way to sign in', () => {
    const config = JSON.parse(registryConfig(options)) as Record<string, unknown>;
    expect(config['storage']).toMatchObject({ delete: { enabled: true } });
    expect(config).not.toHaveProperty('auth');
  });

  it('takes a way to sign in', () => {
    const auth = { htpasswd: { path: '/p' } };
    const config = JSON.parse(registryConfig({ ...options, auth })) as Record<string, unknown>;
    expect(config['auth']).toEqual(auth);
  });
});
