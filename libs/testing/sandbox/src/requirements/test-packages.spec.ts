import { describe, expect, it } from 'vitest';
import { testPackages } from './test-packages.ts';

const nothing = {
  postgres: false,
  chromium: false,
  qemu: false,
  cosign: false,
  shellcheck: false,
  curl: false,
};
const everything = { postgres: true, chromium: true, qemu: true, cosign: true, shellcheck: true, curl: true };
const debian = { distribution: 'debian', codename: 'bookworm' } as const;

describe('testPackages', () => {
  it('names what is missing, and only that', () => {
    expect(testPackages(nothing, debian)).toEqual([
      'postgresql',
      'chromium',
      'qemu-user-static',
      'cosign',
      'shellcheck',
      'curl',
    ]);
    expect(testPackages(everything, debian)).toEqual([]);
  });

  it('does not take Ubuntu’s chromium, which is a snap', () => {
    expect(testPackages(nothing, { distribution: 'ubuntu', codename: 'noble' })).not.toContain('chromium');
  });

  it('asks no Ubuntu for cosign: one unknown name would keep apt from installing the others', () => {
    expect(testPackages(nothing, { distribution: 'ubuntu', codename: 'noble' })).not.toContain('cosign');
  });
});
