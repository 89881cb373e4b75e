import type { CorpusCase, Material } from './corpus-case.ts';
import { builtBy, js, lines } from './filler.ts';
import { der, encryptedPem, p256, pem, rsa } from './keys.ts';
import { discordBot, githubToken, npmToken, stripeLive } from './tokens.ts';

/** Not for the eyes of who writes the gate. */
export const sealedLeaks = (m: Material): readonly CorpusCase[] => [
  {
    name: 'Token that is encoded in hex',
    file: {
      path: 'app/dist/legacy-upload.js',
      content: js(
        m,
        `const key = Buffer.from('${Buffer.from(stripeLive(m)).toString('hex')}', 'hex').toString('utf8');`,
        'export const gateway = createGateway(key);',
      ),
    },
  },
  {
    name: 'Discord bot token in a login call',
    file: {
      path: 'app/dist/discord.js',
      content: js(
        m,
        'const client = new Client({ intents: [GatewayIntentBits.Guilds] });',
        `void client.login('${discordBot(m)}');`,
      ),
    },
  },
  {
    name: 'npm token in .npmrc',
    file: {
      path: 'app/.npmrc',
      content: lines(
        '@clinic:registry=https://registry.npmjs.org/',
        `//registry.npmjs.org/:_authToken=${npmToken(m)}`,
        'fund=false',
      ),
    },
  },
  {
    name: 'Variable with a secret in the history',
    history: builtBy(`/bin/sh -c #(nop)  ENV COOKIE_SECRET=${m.hex(48)}`),
  },
  {
    name: 'Encrypted PKCS#8 key next to its passphrase',
    file: {
      path: 'app/dist/tls.js',
      content: ((password) =>
        js(
          m,
          'export const tls = {',
          `  key: ${JSON.stringify(encryptedPem(p256(), password))},`,
          `  passphrase: '${password}',`,
          '};',
        ))(m.password()),
    },
  },
  {
    name: 'Build argument with an npm token in the history',
    history: builtBy(`RUN |1 NPM_TOKEN=${npmToken(m)} /bin/sh -c npm ci --omit=dev # buildkit`),
  },
  {
    name: 'RSA key with escaped CRLF in a literal',
    file: {
      path: 'app/dist/saml.js',
      content: js(
        m,
        'module.exports.saml = {',
        `  privateKey: ${JSON.stringify(pem(rsa()).replaceAll('\n', '\r\n'))},`,
        "  issuer: 'records',",
        '};',
      ),
    },
  },
  {
    name: 'GitHub classic token in the headers of a client',
    file: {
      path: 'app/dist/release-notes.js',
      content: js(
        m,
        'const client = axios.create({',
        "  baseURL: 'https://api.github.com',",
        `  headers: { Authorization: 'token ${githubToken(m, 'p')}' },`,
        '});',
      ),
    },
  },
  {
    name: 'Key in a text of UTF-16',
    file: { path: 'app/certs/export.txt', content: Buffer.from(`\ufeff${pem(rsa())}`, 'utf16le') },
  },
  {
    name: 'DER of a PKCS#1 RSA key',
    file: { path: 'app/keys/legacy.bin', content: der(rsa(), 'pkcs1') },
  },
  {
    name: 'Token of the build in a label',
    labels: {
      'org.opencontainers.image.title': 'records',
      'example.clinic.build.token': githubToken(m, 's'),
    },
  },
  {
    name: 'Database URL in a variable of the image',
    env: [
      `DATABASE_URL=postgresql://records:${m.base62(16)}@db.internal/records?sslmode=require`,
      'PORT=3000',
    ],
  },
  {
    name: 'Exported token in a shell command',
    cmd: ['/bin/sh', '-c', `export VAULT_TOKEN=hvs.${m.base64url(69)} && exec node dist/main.js`],
  },
  {
    name: 'Exported variables in prod.env',
    file: {
      path: 'app/config/prod.env',
      content: lines(
        'export NODE_ENV=production',
        `export SMTP_PASS='${m.password()}'`,
        'export SMTP_USER=reception',
      ),
    },
  },
  {
    name: 'Password of people in a variable of the image',
    env: ['DB_USER=records', `DB_PASSWORD=${m.password()}`],
  },
];
