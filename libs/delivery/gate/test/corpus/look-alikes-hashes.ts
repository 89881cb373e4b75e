import type { CorpusCase, Material } from './corpus-case.ts';
import { json, lines } from './filler.ts';

/** Hashes, digests and ids. */
export const hashLookAlikes = (m: Material): readonly CorpusCase[] => [
  {
    name: 'package-lock.json with integrity',
    file: {
      path: 'app/package-lock.json',
      content: json({
        name: 'records',
        lockfileVersion: 3,
        packages: Object.fromEntries(
          ['jsonwebtoken', 'password-prompt', 'secret-stack', 'fastify', 'token-types', 'pg'].map((name) => [
            `node_modules/${name}`,
            {
              version: `${m.below(9)}.2.0`,
              resolved: `https://registry.npmjs.org/${name}/-/${name}-1.2.0.tgz`,
              integrity: `sha512-${m.base64(64)}`,
            },
          ]),
        ),
      }),
    },
  },
  {
    name: 'yarn.lock with checksums',
    file: {
      path: 'app/yarn.lock',
      content: lines(
        '__metadata:',
        '  version: 8',
        '',
        ...['oauth-token@npm:^2.0.0', 'keyv@npm:^4.5.3'].flatMap((name) => [
          `"${name}":`,
          '  version: 2.0.1',
          `  checksum: 10c0/${m.hex(128)}`,
          '  languageName: node',
          '',
        ]),
      ),
    },
  },
  {
    name: 'Commit of the build in a JSON',
    file: {
      path: 'app/dist/build-info.json',
      content: json({
        commit: m.hex(40),
        parent: m.hex(40),
        tree: m.hex(40),
        branch: 'main',
        builtAt: '2026-02-11T08:00:00Z',
      }),
    },
  },
  {
    name: 'Names of chunks in a webpack manifest',
    file: {
      path: 'app/.next/build-manifest.json',
      content: json({
        pages: Object.fromEntries(
          ['/login', '/reset-password', '/tokens'].map((page) => [
            page,
            [`static/chunks/webpack-${m.hex(16)}.js`, `static/chunks/pages${page}-${m.hex(16)}.js`],
          ]),
        ),
        buildId: m.base64url(15),
      }),
    },
  },
  {
    name: 'Hashes of CSS modules',
    file: {
      path: 'app/public/assets/login.css',
      content: lines(
        ...['passwordField', 'tokenInput', 'secretHint', 'keyList'].map(
          (name) => `.Login_${name}__${m.base62(5)}{display:flex;color:#${m.hex(6)}}`,
        ),
      ),
    },
  },
  {
    name: 'Expected hashes in test data',
    file: {
      path: 'app/test/hash.fixtures.json',
      content: json([
        { input: 'abc', sha256: m.hex(64), sha1: m.hex(40), md5: m.hex(32) },
        { input: '', sha256: m.hex(64), sha1: m.hex(40), md5: m.hex(32) },
      ]),
    },
  },
  {
    name: 'SBOM with digests and package URLs',
    file: {
      path: 'app/sbom.cdx.json',
      content: json({
        bomFormat: 'CycloneDX',
        specVersion: '1.6',
        serialNumber: `urn:uuid:${m.uuid()}`,
        components: ['jsonwebtoken', 'credential-store'].map((name) => ({
          type: 'library',
          name,
          purl: `pkg:npm/${name}@1.0.2`,
          hashes: [{ alg: 'SHA-512', content: m.hex(128) }],
        })),
      }),
    },
  },
];
