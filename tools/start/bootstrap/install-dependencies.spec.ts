import { describe, expect, it } from 'vitest';
import { dependenciesMatch } from './install-dependencies.mjs';

const wanted = {
  packages: {
    '': { version: '0.0.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/only-on-mac': { version: '1.0.0', integrity: 'sha512-m', optional: true },
    'node_modules/@ehr/lib': { resolved: 'libs/lib', link: true },
  },
};
const installed = {
  packages: {
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/@ehr/lib': { resolved: 'libs/lib', link: true },
    'libs/lib': { version: '0.0.0' },
  },
};
const withPackage = (path: string, entry: object | undefined): typeof installed => ({
  packages: { ...installed.packages, [path]: entry },
});

describe('dependenciesMatch', () => {
  it('accepts an installation without another platform’s packages', () => {
    expect(dependenciesMatch(wanted, installed)).toBe(true);
  });

  it.each([
    ['a missing package', withPackage('node_modules/a', undefined)],
    ['another version', withPackage('node_modules/a', { version: '1.0.1', integrity: 'sha512-a' })],
    ['another content', withPackage('node_modules/a', { version: '1.0.0', integrity: 'sha512-x' })],
    ['a package too many', withPackage('node_modules/b', { version: '1.0.0' })],
    ['a missing workspace', withPackage('node_modules/@ehr/lib', undefined)],
    ['nothing at all', {}],
  ])('refuses %s', (_what, have) => {
    expect(dependenciesMatch(wanted, have)).toBe(false);
  });
});
