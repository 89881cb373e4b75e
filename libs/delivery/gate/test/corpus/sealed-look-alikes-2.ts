import type { CorpusCase, Material } from './corpus-case.ts';
import { js, lines, minified } from './filler.ts';
import { certificateDer, rsa } from './keys.ts';

/** Not for the eyes of who writes the gate. */
export const sealedLookAlikes2 = (m: Material): readonly CorpusCase[] => [
  {
    name: 'Message of HL7 version 2',
    file: {
      path: 'app/examples/oru.hl7',
      content: [
        `MSH|^~\\&|LAB|GEN|EHR|CLINIC|20260104101112||ORU^R01|${m.upper(20)}|P|2.5.1`,
        `PID|1||${m.digits(10)}^^^CLINIC^MR||KEYES^PASCAL||19700101|M`,
        `OBR|1|${m.digits(8)}|${m.uuid()}|24323-8^CMP^LN`,
        'OBX|1|NM|2345-7^Glucose^LN||92|mg/dL|70-99|N|||F',
        '',
      ].join('\r'),
    },
  },
  {
    name: 'README with placeholders of tokens',
    file: {
      path: 'app/README.md',
      content: lines(
        '# Records',
        '',
        'Sign in first:',
        '',
        '```sh',
        'export NPM_TOKEN=<your-token>',
        'curl -H "Authorization: Bearer $TOKEN" https://fhir.clinic.example/metadata',
        'docker login -u USER -p PASSWORD registry.example.com',
        '```',
        '',
        `A token looks like \`ghp_${'x'.repeat(36)}\`.`,
      ),
    },
  },
  {
    name: 'Certificate as DER',
    file: {
      path: 'app/certs/partner.cer',
      content: certificateDer(rsa(), 'partner.lab.example', m.bytes(256)),
    },
  },
  {
    name: 'Messages of errors about credentials',
    file: {
      path: 'app/dist/errors.js',
      content: js(
        m,
        'export const messages = {',
        "  invalid_client: 'client_secret: the value does not match the registered client',",
        "  password: 'The password is wrong or the account is locked',",
        "  token_expired: 'Token expired at %s',",
        "  'auth/invalid-api-key': 'auth/invalid-api-key',",
        '};',
      ),
    },
  },
  {
    name: 'Paths to secrets in variables of the image',
    env: [
      'PASSWORD_FILE=/run/secrets/db',
      'TLS_KEY=/certs/tls.key',
      'GOOGLE_APPLICATION_CREDENTIALS=/var/run/secrets/gcp/key.json',
      'JWT_PUBLIC_KEY_PATH=/app/keys/issuer.pub.pem',
    ],
  },
  {
    name: 'Test ids and routes',
    file: {
      path: 'app/dist/routes.js',
      content: js(
        m,
        'export const routes = {',
        "  password: '/account/reset-password/:resetToken',",
        "  tokens: '/settings/developer/personal-access-tokens',",
        "  secret: '/v1/projects/:project/secrets/:secret/versions/latest',",
        '};',
      ),
    },
  },
  {
    name: 'Compressed table in a literal',
    file: {
      path: 'app/dist/unicode.js',
      content: js(
        m,
        `const packed = '${m.base64(700)}';`,
        "export const table = inflateSync(Buffer.from(packed, 'base64'));",
      ),
    },
  },
  {
    name: 'Checksums of downloads',
    file: {
      path: 'app/vendor/SHA256SUMS',
      content: lines(
        ...['terminology.tgz', 'keys-of-valuesets.json', 'loinc.zip', 'ucum.xml'].map(
          (name) => `${m.hex(64)}  ${name}`,
        ),
      ),
    },
  },
  {
    name: 'Names of classes of CSS about passwords',
    file: {
      path: 'app/dist/field.js',
      content: js(
        m,
        "const styles = { password: 'form-control password-input-large', token: 'badge badge-token-secondary' };",
        "export const secretClass = 'MuiInputBase-inputAdornedEnd-password';",
      ),
    },
  },
  {
    name: 'Digests of images in a manifest of Kubernetes',
    file: {
      path: 'app/deploy/records.yaml',
      content: lines(
        'apiVersion: apps/v1',
        'kind: Deployment',
        'spec:',
        '  template:',
        '    spec:',
        '      containers:',
        '        - name: records',
        `          image: registry.clinic.example/records@sha256:${m.hex(64)}`,
        '        - name: token-refresher',
        `          image: registry.clinic.example/refresher@sha256:${m.hex(64)}`,
      ),
    },
  },
  {
    name: 'pnpm-lock.yaml with resolutions',
    file: {
      path: 'app/pnpm-lock.yaml',
      content: lines(
        "lockfileVersion: '9.0'",
        'packages:',
        ...['csrf-tokens@3.1.0', 'passport@0.7.0', 'keygrip@1.1.0'].flatMap((name) => [
          `  ${name}:`,
          `    resolution: {integrity: sha512-${m.base64(64)}}`,
        ]),
      ),
    },
  },
  {
    name: "Example keys of Amazon's documentation",
    file: {
      path: 'app/docs/s3.md',
      content: lines(
        '# Uploads',
        '',
        '```ini',
        '[default]',
        `aws_access_key_id = ${['AKIA', 'IOSFODNN7', 'EXAMPLE'].join('')}`,
        `aws_secret_access_key = ${['wJalrXUtnFEMI', 'K7MDENG', 'bPxRfiCYEXAMPLEKEY'].join('/')}`,
        '```',
      ),
    },
  },
  {
    name: 'Form with a field for a password',
    file: {
      path: 'app/public/login.html',
      content: lines(
        '<form method="post" action="/login">',
        '  <label for="password">Password</label>',
        '  <input id="password" name="password" type="password" autocomplete="current-password" placeholder="Your password">',
        '  <input type="hidden" name="csrf_token" value="">',
        '  <button>Sign in</button>',
        '</form>',
      ),
    },
  },
  {
    name: 'Chunk hashes in a webpack runtime',
    file: {
      path: 'app/dist/runtime.js',
      content: minified(
        m,
        `r.u=e=>"chunks/"+({12:"login",88:"password-reset",131:"api-keys"})[e]+"."+{12:"${m.hex(20)}",88:"${m.hex(20)}",131:"${m.hex(20)}"}[e]+".js";r.h=()=>"${m.hex(20)}";`,
      ),
    },
  },
  {
    name: 'Picture as a file',
    file: {
      path: 'app/public/ward.png',
      content: Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), m.bytes(4000)]),
    },
  },
];
