import type { CorpusCase, Material } from './corpus-case.ts';
import { builtBy, js, json, lines } from './filler.ts';

/** Not for the eyes of who writes the gate. */
export const sealedLookAlikes = (m: Material): readonly CorpusCase[] => [
  {
    name: 'Security schemes of OpenAPI',
    file: {
      path: 'app/openapi.json',
      content: json({
        openapi: '3.1.0',
        components: {
          securitySchemes: {
            apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
            oauth: {
              type: 'oauth2',
              flows: {
                clientCredentials: {
                  tokenUrl: 'https://id.clinic.example/oauth2/token',
                  scopes: { 'system/*.read': 'Read all' },
                },
              },
            },
          },
          schemas: {
            Login: { properties: { password: { type: 'string', format: 'password', example: 'string' } } },
          },
        },
      }),
    },
  },
  {
    name: 'Snapshot with ids that were made',
    file: {
      path: 'app/test/__snapshots__/bundle.spec.ts.snap',
      content: lines(
        '// Vitest Snapshot v1',
        '',
        'exports[`bundle > keeps ids 1`] = `',
        '{',
        `  "fullUrl": "urn:uuid:${m.uuid()}",`,
        `  "id": "${m.uuid()}",`,
        `  "versionId": "${m.hex(24)}",`,
        '}',
        '`;',
      ),
    },
  },
  {
    name: 'Code that hides secrets in logs',
    file: {
      path: 'app/dist/redact.js',
      content: js(
        m,
        "const paths = ['req.headers.authorization', 'body.password', 'body.client_secret', '*.apiKey'];",
        "export const logger = pino({ redact: { paths, censor: '[REDACTED]' } });",
        "export const mask = (url) => url.replace(/\\/\\/[^@/]+:[^@/]+@/, '//***:***@');",
      ),
    },
  },
  {
    name: 'Keys of signers that Node is checked with in the history',
    history: builtBy(
      `RUN /bin/sh -c for key in ${m.hex(40).toUpperCase()} ${m.hex(40).toUpperCase()}; do gpg --batch --keyserver hkps://keys.openpgp.org --recv-keys "$key"; done # buildkit`,
    ),
  },
  {
    name: 'Recipient of age in the settings of SOPS',
    file: {
      path: 'app/.sops.yaml',
      content: lines(
        'creation_rules:',
        '  - path_regex: secrets/.*',
        `    age: age1${m.of('qpzry9x8gf2tvdw0s3jn54khce6mua7l', 58)}`,
      ),
    },
  },
  {
    name: 'Secret mounts of BuildKit in the history',
    history: builtBy(
      'RUN /bin/sh -c --mount=type=secret,id=npm_token NPM_TOKEN=$(cat /run/secrets/npm_token) npm ci # buildkit',
      'ARG NPM_TOKEN',
      'ARG REGISTRY_TOKEN=',
    ),
  },
  {
    name: 'Font as a data URL in CSS',
    file: {
      path: 'app/public/assets/site.css',
      content: lines(
        '@font-face{font-family:Clinic;',
        `src:url(data:font/woff2;base64,d09GMgABAAAA${m.base64(1500)}) format("woff2")}`,
        'body{margin:0}',
      ),
    },
  },
  {
    name: 'Integrity of scripts in HTML',
    file: {
      path: 'app/public/index.html',
      content: lines(
        '<!doctype html>',
        '<html lang="en"><head>',
        `<script src="/assets/vendor.js" integrity="sha384-${m.base64(48)}" crossorigin="anonymous"></script>`,
        `<link rel="stylesheet" href="/assets/site.css" integrity="sha512-${m.base64(64)}">`,
        '</head><body></body></html>',
      ),
    },
  },
  {
    name: 'Types around secrets in TypeScript',
    file: {
      path: 'app/src/secret-store.ts',
      content: lines(
        'export interface SecretStore {',
        '  readonly password: PasswordProvider;',
        '  readonly clientSecret: SecretReference<ClientCredentials>;',
        '  token(name: TokenName): Promise<AccessTokenResponse>;',
        '}',
        "export type ApiKey = Brand<string, 'ApiKeyOfLaboratory'>;",
        "export const secretKind: SecretKind = 'KubernetesOpaqueSecret';",
      ),
    },
  },
  {
    name: 'Picture as a data URL',
    file: {
      path: 'app/dist/logo.js',
      content: js(m, `export const logo = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA${m.base64(900)}';`),
    },
  },
  {
    name: 'Empty secrets in variables of the image',
    env: ['DB_PASSWORD=', 'API_TOKEN=', 'SESSION_SECRET=', 'NODE_ENV=production'],
  },
  {
    name: 'Patient of FHIR with identifiers',
    file: {
      path: 'app/examples/patient.json',
      content: json({
        resourceType: 'Patient',
        id: m.uuid(),
        meta: { versionId: '3', lastUpdated: '2026-01-04T10:11:12Z' },
        identifier: [
          { system: 'urn:oid:2.16.840.1.113883.2.4.6.3', value: m.digits(9) },
          { system: 'https://clinic.example/mrn', value: `MRN-${m.upper(10)}` },
        ],
        name: [{ family: 'Keymer', given: ['Tokunbo'] }],
      }),
    },
  },
  {
    name: 'Usual variables of an image of Node',
    env: [
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'NODE_VERSION=24.4.1',
      'YARN_VERSION=1.22.22',
      'NODE_OPTIONS=--enable-source-maps --max-old-space-size=512',
    ],
  },
  {
    name: 'Settings that come from the environment',
    file: {
      path: 'app/dist/config.js',
      content: js(
        m,
        'export const settings = {',
        '  dbPassword: process.env.DB_PASSWORD,',
        '  apiKey: process.env.TERMINOLOGY_API_KEY ?? fail("TERMINOLOGY_API_KEY"),',
        "  token: readFileSync(process.env['TOKEN_FILE'], 'utf8').trim(),",
        '  secret: await secrets.get("records/session"),',
        '};',
      ),
    },
  },
  {
    name: 'Conformance statement of FHIR with SMART',
    file: {
      path: 'app/public/.well-known/smart-configuration',
      content: json({
        token_endpoint: 'https://id.clinic.example/oauth2/token',
        token_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_basic'],
        capabilities: ['client-confidential-symmetric', 'launch-ehr'],
      }),
    },
  },
];
