import { describe, expect, it } from 'vitest';
import { laterPackages } from './later-packages.ts';

describe('laterPackages', () => {
  it('takes cosign and the engine from Debian 13 on Debian 12', () => {
    expect(laterPackages({ distribution: 'debian', codename: 'bookworm' })).toMatchObject({
      suite: 'trixie',
      preferred: expect.arrayContaining(['cosign', 'docker.io']) as string[],
    });
  });

  it('takes nothing from elsewhere where the release has it all', () => {
    expect(laterPackages({ distribution: 'debian', codename: 'trixie' })).toBeUndefined();
    expect(laterPackages({ distribution: 'ubuntu', codename: 'noble' })).toBeUndefined();
  });
});
