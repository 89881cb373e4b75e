import type { CorpusCase, Material } from './corpus-case.ts';
import { builtBy } from './filler.ts';

/** Harmless values of the image's config. */
export const imageConfigLookAlikes = (m: Material): readonly CorpusCase[] => [
  {
    name: 'Words behind telling names in variables of the image',
    env: [
      'CACHE_KEY=v3',
      'SSO_AUTH=oidc',
      'AUTH_PROVIDER=keycloak',
      'TOKEN_TTL=3600',
      'KEY_PREFIX=records:prod',
      'PASSWORD_POLICY=strong',
    ],
  },
  {
    name: 'Names of secrets elsewhere in variables of the image',
    env: [
      'SECRET_NAME=projects/records/secrets/session/versions/latest',
      'DB_PASSWORD_SECRET_REF=vault:secret/data/records#password',
      'API_KEY_HEADER=X-Api-Key',
    ],
  },
  {
    name: 'Addresses without accounts in variables of the image',
    env: [
      'DATABASE_URL=postgres://db.internal:5432/records',
      'REDIS_URL=redis://cache.internal:6379/0',
      'TOKEN_URL=https://id.clinic.example/oauth2/token',
    ],
  },
  {
    name: 'Digests and keys of signers in variables of the image',
    env: [
      `BUILD_SHA=${m.hex(40)}`,
      `NODE_CHECKSUM=sha256:${m.hex(64)}`,
      `GPG_KEY=${m.hex(40).toUpperCase()}`,
    ],
  },
  {
    name: 'Usual command of a service',
    cmd: [
      'node',
      '--enable-source-maps',
      '--max-old-space-size=512',
      'dist/main.js',
      '--port=3000',
      '--token-file=/run/secrets/token',
    ],
  },
  {
    name: 'Shell command that reads a secret from a file',
    cmd: [
      '/bin/sh',
      '-c',
      'export DB_PASSWORD="$(cat /run/secrets/db)" && exec node dist/main.js --api-key "$API_KEY"',
    ],
  },
  {
    name: 'Labels of OCI with revision and digest',
    labels: {
      'org.opencontainers.image.revision': m.hex(40),
      'org.opencontainers.image.base.digest': `sha256:${m.hex(64)}`,
      'org.opencontainers.image.source': 'https://github.com/clinic/records',
      'org.opencontainers.image.created': '2026-02-11T08:00:00Z',
    },
  },
  {
    name: 'Labels about tokens and keys that hold words',
    labels: {
      'example.clinic.auth': 'required',
      'example.clinic.token-audience': 'https://fhir.clinic.example',
      'example.clinic.api-key-header': 'X-Api-Key',
    },
  },
  {
    name: 'Usual lines of a Dockerfile in the history',
    history: builtBy(
      'RUN /bin/sh -c npm ci --omit=dev && npm cache clean --force # buildkit',
      `/bin/sh -c #(nop) COPY dir:${m.hex(64)} in /app`,
      'HEALTHCHECK &{["CMD" "node" "dist/health.js"] "30s" "3s" "0s" "0s" \'\\x03\'}',
    ),
  },
  {
    name: 'Download with a checksum in the history',
    history: builtBy(
      `RUN /bin/sh -c curl -fsSLO https://nodejs.org/dist/v24.4.1/node.tar.xz && echo "${m.hex(64)}  node.tar.xz" | sha256sum -c - # buildkit`,
    ),
  },
];
