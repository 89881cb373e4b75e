import { describe, expect, it } from 'vitest';
import { laterPackages, testPackages } from './packages.ts';

const nothing = {
  postgresql: false,
  chromium: false,
  'qemu-user-static': false,
  cosign: false,
  shellcheck: false,
};
const everything = {
  postgresql: true,
  chromium: true,
  'qemu-user-static': true,
  cosign: true,
  shellcheck: true,
};
const debian = { distribution: 'debian', codename: 'bookworm' } as const;
const ubuntu = { distribution: 'ubuntu', codename: 'noble' } as const;

describe('testPackages', () => {
  it('names what is missing, and only that', () => {
    expect(testPackages(nothing, debian)).toEqual(Object.keys(nothing));
    expect(testPackages(everything, debian)).toEqual([]);
  });

  it('does not take Ubuntu’s chromium, which is a snap', () => {
    expect(testPackages(nothing, ubuntu)).not.toContain('chromium');
  });

  it('takes cosign on no Ubuntu: one unknown name would keep apt from installing the others', () => {
    expect(testPackages(nothing, ubuntu)).not.toContain('cosign');
  });
});

describe('laterPackages', () => {
  it('takes cosign and the engine from Debian 13 on Debian 12', () => {
    expect(laterPackages(debian)).toMatchObject({
      suite: 'trixie',
      preferred: expect.arrayContaining(['cosign', 'docker.io']) as string[],
    });
  });

  it('takes nothing from elsewhere where the release has it all', () => {
    expect(laterPackages({ distribution: 'debian', codename: 'trixie' })).toBeUndefined();
    expect(laterPackages(ubuntu)).toBeUndefined();
  });
});
