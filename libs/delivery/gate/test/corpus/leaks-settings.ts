import type { CorpusCase, Material } from './corpus-case.ts';
import { dotenv, json, lines } from './filler.ts';

/** Files of settings and accounts. */
export const settingsLeaks = (m: Material): readonly CorpusCase[] => [
  {
    name: 'Settings in a file named env',
    file: { path: 'app/env', content: dotenv(m, `DB_PASSWORD=${m.password()}`, 'DB_HOST=db.internal') },
  },
  {
    name: 'Session secret in .env.production',
    file: { path: 'app/.env.production', content: dotenv(m, `SESSION_SECRET=${m.hex(64)}`) },
  },
  {
    name: 'Connection string in appsettings.Production.json',
    file: {
      path: 'app/appsettings.Production.json',
      content: json({
        ConnectionStrings: {
          Records: `Server=sql.internal,1433;Database=records;User Id=records_app;Password=${m.password()};Encrypt=True`,
        },
        Logging: { LogLevel: { Default: 'Warning' } },
      }),
    },
  },
  {
    name: 'Secret key base in secrets.yml',
    file: {
      path: 'app/config/secrets.yml',
      content: lines('production:', `  secret_key_base: ${m.hex(128)}`, 'test:', '  secret_key_base: test'),
    },
  },
  {
    name: 'User and password in credentials.json',
    file: {
      path: 'app/config/credentials.json',
      content: json({
        lis: { user: 'interface', password: m.password() },
        pacs: { user: 'viewer', password: m.base62(18) },
      }),
    },
  },
  {
    name: 'Password file of PostgreSQL',
    file: {
      path: 'app/.pgpass',
      content: lines(
        `db.internal:5432:records:records_app:${m.password()}`,
        `replica.internal:5432:*:reader:${m.base62(20)}`,
      ),
    },
  },
  {
    name: 'Credentials of a registry in a Docker config',
    file: {
      path: 'app/.docker/config.json',
      content: json({
        auths: {
          'registry.clinic.example': { auth: Buffer.from(`puller:${m.base62(24)}`).toString('base64') },
        },
      }),
    },
  },
  {
    name: 'Kubernetes Secret with encoded data',
    file: {
      path: 'app/deploy/secret.yaml',
      content: lines(
        'apiVersion: v1',
        'kind: Secret',
        'metadata:',
        '  name: records-db',
        'type: Opaque',
        'data:',
        `  username: ${Buffer.from('records_app').toString('base64')}`,
        `  password: ${Buffer.from(m.password()).toString('base64')}`,
      ),
    },
  },
  {
    name: 'htpasswd with hashes of accounts',
    file: {
      path: 'app/nginx/.htpasswd',
      content: lines(`admin:$2y$10$${m.base62(53)}`, `auditor:$apr1$${m.base62(8)}$${m.base62(22)}`),
    },
  },
  {
    name: 'Settings that Next.js leaves in required-server-files.json',
    file: {
      path: 'app/.next/required-server-files.json',
      content: json({
        version: 1,
        config: {
          env: { API_URL: 'https://api.clinic.example', NEXTAUTH_SECRET: m.base64(32) },
          distDir: '.next',
          compress: true,
        },
        files: ['.next/routes-manifest.json'],
      }),
    },
  },
  {
    name: 'Settings in a text of UTF-16',
    file: {
      path: 'app/config/settings.ini',
      content: Buffer.from(
        `\ufeff[database]\r\nuser = records\r\npassword = ${m.password()}\r\n[paging]\r\nsize = 20\r\n`,
        'utf16le',
      ),
    },
  },
];
