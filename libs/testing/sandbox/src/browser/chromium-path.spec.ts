import { afterEach, describe, expect, it, vi } from 'vitest';
import { chromiumPath } from './chromium-path.ts';

describe('chromiumPath', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('takes the browser it is told', () => {
    vi.stubEnv('CHROMIUM_PATH', process.execPath);
    expect(chromiumPath()).toBe(process.execPath);
  });

  it('says which setting is wrong', () => {
    vi.stubEnv('CHROMIUM_PATH', '/no/such/browser');
    expect(() => chromiumPath()).toThrow('CHROMIUM_PATH is /no/such/browser');
  });
});
