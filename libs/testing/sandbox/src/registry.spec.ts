import { describe, expect, it } from 'vitest';
import { registryConfig } from './registry.ts';

const options = { address: '127.0.0.1:5050', directory: '/data' };

describe('registryConfig', () => {
  it('allows deleting, and needs no password unless it gets a password file', () => {
    const config = JSON.parse(registryConfig(options)) as Record<string, unknown>;
    expect(config['storage']).toMatchObject({ delete: { enabled: true } });
    expect(config).not.toHaveProperty('auth');
  });

  it('takes an htpasswd file', () => {
    const config = JSON.parse(registryConfig({ ...options, passwordFile: '/p' })) as Record<string, unknown>;
    expect(config['auth']).toMatchObject({ htpasswd: { path: '/p' } });
  });
});
