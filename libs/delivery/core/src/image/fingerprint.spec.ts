import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintDocument, type FingerprintParts } from '../index.ts';

const parts: FingerprintParts = {
  files: { 'apps/ehr-api/src/main.ts': '1', 'libs/ehr/fhir/src/index.ts': '2' },
  packages: { 'fastify@5.0.0': 'sha512-a' },
  targets: { build: { executor: '@nx/esbuild:esbuild', options: { bundle: true, minify: false } } },
  buildArgs: {},
};

describe('fingerprintDocument', () => {
  it('does not depend on the order in which things are found', () => {
    const shuffled: FingerprintParts = {
      ...parts,
      files: { 'libs/ehr/fhir/src/index.ts': '2', 'apps/ehr-api/src/main.ts': '1' },
      targets: { build: { options: { minify: false, bundle: true }, executor: '@nx/esbuild:esbuild' } },
    };
    expect(fingerprintDocument(shuffled)).toBe(fingerprintDocument(parts));
  });

  it.each<[string, Partial<FingerprintParts>]>([
    ['a file’s content', { files: { ...parts.files, 'libs/ehr/fhir/src/index.ts': '3' } }],
    ['a file’s name', { files: { 'apps/ehr-api/src/main.ts': '1', 'libs/ehr/fhir/src/other.ts': '2' } }],
    ['a package’s version', { packages: { 'fastify@5.0.1': 'sha512-a' } }],
    ['a package’s integrity', { packages: { 'fastify@5.0.0': 'sha512-b' } }],
    [
      'an option of the build',
      { targets: { build: { executor: '@nx/esbuild:esbuild', options: { bundle: false, minify: false } } } },
    ],
    ['the base image', { buildArgs: { BASE_IMAGE: 'node:25' } }],
  ])('depends on %s', (_name, change) => {
    expect(fingerprintDocument({ ...parts, ...change })).not.toBe(fingerprintDocument(parts));
  });

  it('never reads two different sets of files as one, whatever their names', () => {
    const files = fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 });
    fc.assert(
      fc.property(files, files, (a, b) => {
        const same = JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
        const documents = [a, b].map((value) => fingerprintDocument({ ...parts, files: value }));
        expect(documents[0] === documents[1]).toBe(same);
      }),
    );
  });
});
