import { describe, expect, it } from 'vitest';
import { registryAnswers, startRegistry } from './registry.ts';
import { requireOrSkip } from './require-or-skip.ts';

describe.skipIf(!requireOrSkip('registry'))('startRegistry', () => {
  it('answers, accepts an upload, and is gone after stop', async () => {
    const registry = await startRegistry();
    try {
      const started = await fetch(`${registry.url}/v2/demo/blobs/uploads/`, { method: 'POST' });
      expect(started.status).toBe(202);
      expect(registry.url).toBe(`http://${registry.host}`);
    } finally {
      await registry.stop();
    }
    expect(await registryAnswers(registry.url)).toBe('no');
  });

  it('refuses a request without the password and accepts the named user', async () => {
    const registry = await startRegistry({ auth: { username: 'ada', password: 'secret' } });
    const status = async (credentials?: string): Promise<number> => {
      const authorization = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
      return (await fetch(`${registry.url}/v2/`, authorization ? { headers: { authorization } } : {})).status;
    };
    try {
      expect([await status(), await status('ada:wrong'), await status('ada:secret')]).toEqual([
        401, 401, 200,
      ]);
    } finally {
      await registry.stop();
    }
  });
});
