import { afterEach, describe, expect, it, vi } from 'vitest';
import { chromiumPath } from './chromium-path.ts';

describe('chromiumPath', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('takes the browser that CHROMIUM_PATH names', () => {
    vi.stubEnv('CHROMIUM_PATH', process.execPath);
    expect(chromiumPath()).toBe(process.execPath);
  });

  it('names the setting that is wrong', () => {
    vi.stubEnv('CHROMIUM_PATH', '/no/such/browser');
    expect(() => chromiumPath()).toThrow('CHROMIUM_PATH is /no/such/browser');
  });
});
