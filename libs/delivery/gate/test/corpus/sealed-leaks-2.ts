import type { CorpusCase, Material } from './corpus-case.ts';
import { js, json, lines, sourceMap } from './filler.ts';
import { certificatePem, p256, pem, rsa } from './keys.ts';
import { dockerHub, jwt, openai } from './tokens.ts';

/** Not for the eyes of who writes the gate. */
export const sealedLeaks2 = (m: Material): readonly CorpusCase[] => [
  {
    name: 'Opaque API key in a variable of the image',
    env: [`TERMINOLOGY_API_KEY=${m.base62(40)}`],
  },
  {
    name: 'Secret of JSON Web Tokens in a call of sign',
    file: {
      path: 'app/dist/auth.js',
      content: js(
        m,
        'export function issue(user) {',
        `  return jwt.sign({ sub: user.id, roles: user.roles }, '${m.base62(48)}', { expiresIn: '8h' });`,
        '}',
      ),
    },
  },
  {
    name: 'Heroku key in .netrc',
    file: {
      path: 'app/.netrc',
      content: lines(
        'machine api.heroku.com',
        '  login ops@clinic.example',
        `  password HRKU-AA${m.base64url(43).slice(0, 58)}`,
        'machine git.heroku.com',
        '  login ops@clinic.example',
        `  password HRKU-AA${m.base64url(43).slice(0, 58)}`,
      ),
    },
  },
  {
    name: 'JDBC account in application.properties',
    file: {
      path: 'app/hapi/application.properties',
      content: lines(
        'spring.datasource.url=jdbc:postgresql://db.internal:5432/hapi',
        'spring.datasource.username=hapi',
        `spring.datasource.password=${m.password()}`,
        'spring.jpa.open-in-view=false',
      ),
    },
  },
  {
    name: 'Password in an argument of the command',
    cmd: ['node', 'dist/main.js', '--db-host=db.internal', `--db-password=${m.password()}`],
  },
  {
    name: 'MongoDB URL of a cluster in JSON',
    file: {
      path: 'app/config/default.json',
      content: json({
        port: 3000,
        mongo: {
          uri: `mongodb+srv://records:${m.base62(16)}@cluster0.${m.of('abcdefghijklmnopqrstuvwxyz0123456789', 5)}.mongodb.net/records?retryWrites=true`,
        },
      }),
    },
  },
  {
    name: 'Base64 of a PEM in a TLS Secret of Kubernetes',
    file: {
      path: 'app/deploy/tls.yaml',
      content: lines(
        'apiVersion: v1',
        'kind: Secret',
        'type: kubernetes.io/tls',
        'metadata:',
        '  name: records-tls',
        'data:',
        `  tls.crt: ${Buffer.from(certificatePem(rsa(), 'records.clinic.example', m.bytes(256))).toString('base64')}`,
        `  tls.key: ${Buffer.from(pem(rsa())).toString('base64')}`,
      ),
    },
  },
  {
    name: 'OpenAI project key in an .mjs',
    file: {
      path: 'app/dist/coding-assistant.mjs',
      content: js(m, `const openai = new OpenAI({ apiKey: '${openai(m)}', maxRetries: 2 });`),
    },
  },
  {
    name: 'Passwords in the history of a shell',
    file: {
      path: 'app/.bash_history',
      content: lines(
        'cd /app',
        'npm run migrate',
        `PGPASSWORD=${m.password()} psql -h db.internal -U records_app records`,
        'ls -la dist',
        'exit',
      ),
    },
  },
  {
    name: 'Docker Hub token in a script',
    file: {
      path: 'app/scripts/mirror.sh',
      content: lines(
        '#!/usr/bin/env bash',
        'set -euo pipefail',
        `echo ${dockerHub(m)} | docker login -u clinicbot --password-stdin`,
        'docker pull clinic/hl7-tools:latest',
      ),
    },
  },
  {
    name: 'Azure shared access signature of a container',
    file: {
      path: 'app/config/exports.json',
      content: json({
        target: `https://clinicexports.blob.core.windows.net/exports?sv=2023-11-03&ss=b&srt=sco&sp=rwdlac&se=2031-01-01T00:00:00Z&st=2025-01-01T00:00:00Z&spr=https&sig=${encodeURIComponent(m.base64(32))}`,
        every: '1h',
      }),
    },
  },
  {
    name: 'Bearer token of a system account',
    file: {
      path: 'app/scripts/sync.mjs',
      content: js(
        m,
        `const headers = { authorization: 'Bearer ${jwt(m, { iss: 'https://id.clinic.example', sub: 'sync-job', scope: 'system/*.read', iat: 1735689600, exp: 2051222400 })}' };`,
        "await fetch('https://fhir.clinic.example/Patient', { headers });",
      ),
    },
  },
  {
    name: 'Base64 of a PEM in a variable of the image',
    env: ['NODE_ENV=production', `JWT_SIGNING_KEY_B64=${Buffer.from(pem(p256())).toString('base64')}`],
  },
  {
    name: 'New Relic license key in newrelic.js',
    file: {
      path: 'app/newrelic.js',
      content: lines(
        "'use strict';",
        'exports.config = {',
        "  app_name: ['records'],",
        `  license_key: 'eu01xx${m.hex(30)}NRAL',`,
        "  logging: { level: 'info' },",
        '};',
      ),
    },
  },
  {
    name: 'Key in the sourcesContent of a source map',
    file: {
      path: 'app/dist/main.js.map',
      content: sourceMap(m, `export const key = ${JSON.stringify(pem(p256()))};\n`),
    },
  },
];
