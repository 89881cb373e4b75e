import { describe, expect, it } from 'vitest';
import { laterPackages, testPackages } from './packages.ts';

const names = ['postgresql', 'chromium-headless-shell', 'qemu-user-static', 'cosign', 'shellcheck'] as const;
const present = (value: boolean) => Object.fromEntries(names.map((name) => [name, value])) as Present;
type Present = Parameters<typeof testPackages>[0];
const debian = { distribution: 'debian', codename: 'bookworm' } as const;
const ubuntu = { distribution: 'ubuntu', codename: 'noble' } as const;

describe('testPackages', () => {
  it('names what is missing, and only that', () => {
    expect(testPackages(present(false), debian)).toEqual(names);
    expect(testPackages(present(true), debian)).toEqual([]);
  });

  it('takes neither Ubuntu’s chromium, which is a snap, nor cosign, an unknown name that would stop apt', () => {
    const taken = names.filter((name) => name !== 'chromium-headless-shell' && name !== 'cosign');
    expect(testPackages(present(false), ubuntu)).toEqual(taken);
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
