import type { CorpusCase, Material } from './corpus-case.ts';
import { js, json, lines, minified, yaml } from './filler.ts';
import { githubToken, gitlabToken } from './tokens.ts';

/** Connection strings and secrets in code. */
export const literalLeaks = (m: Material): readonly CorpusCase[] => [
  {
    name: 'PostgreSQL URL in compiled code',
    file: {
      path: 'app/dist/db.js',
      content: js(
        m,
        'export const pool = new Pool({',
        `  connectionString: 'postgres://records_app:${m.base62(18)}@db.internal:5432/records',`,
        '  max: 10,',
        '});',
      ),
    },
  },
  {
    name: 'Redis URL with a password only in TOML',
    file: {
      path: 'app/config/cache.toml',
      content: lines('[cache]', `url = "rediss://:${m.base62(32)}@cache.internal:6380/0"`, 'ttl = 300'),
    },
  },
  {
    name: 'AMQP URL in a minified consumer',
    file: {
      path: 'app/dist/consumer.js',
      content: minified(m, `const b=await connect("amqps://hl7:${m.base62(20)}@mq.internal:5671/results");`),
    },
  },
  {
    name: 'MySQL account in a knexfile',
    file: {
      path: 'app/knexfile.js',
      content: lines(
        'module.exports = {',
        '  production: {',
        "    client: 'mysql2',",
        `    connection: { host: 'mysql.internal', user: 'billing', password: '${m.password()}', database: 'billing' },`,
        '    pool: { min: 2, max: 10 },',
        '  },',
        '};',
      ),
    },
  },
  {
    name: 'Azure Service Bus connection string',
    file: {
      path: 'app/dist/bus.js',
      content: js(
        m,
        `const bus = new ServiceBusClient('Endpoint=sb://clinic.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=${m.base64(32)}');`,
      ),
    },
  },
  {
    name: 'Azure Storage connection string in YAML',
    file: {
      path: 'app/config/storage.yml',
      content: yaml(
        m,
        `storage: "DefaultEndpointsProtocol=https;AccountName=clinicfiles;AccountKey=${m.base64(64)};EndpointSuffix=core.windows.net"`,
      ),
    },
  },
  {
    name: 'Password under a telling name in compiled code',
    file: {
      path: 'app/dist/settings.js',
      content: js(
        m,
        'const settings = {',
        "  dbHost: 'db.internal',",
        "  dbUser: 'records',",
        `  dbPassword: '${m.password()}',`,
        '};',
      ),
    },
  },
  {
    name: 'OAuth client secret in an INI file',
    file: {
      path: 'app/config/oauth.ini',
      content: lines(
        '[epic]',
        `client_id = ${m.uuid()}`,
        `client_secret = "${m.base62(40)}"`,
        'scope = system/Patient.read',
      ),
    },
  },
  {
    name: 'API key under a telling name in a minified bundle',
    file: {
      path: 'app/.next/server/chunks/812.js',
      content: minified(
        m,
        `let p={baseUrl:"https://terminology.example",apiKey:"${m.base62(36)}",timeout:5e3};`,
      ),
    },
  },
  {
    name: 'Basic authorization of a partner in a header',
    file: {
      path: 'app/dist/lab.js',
      content: js(
        m,
        'const response = await fetch(`${lab}/results`, {',
        `  headers: { Authorization: 'Basic ${Buffer.from(`clinic:${m.password()}`).toString('base64')}' },`,
        '});',
      ),
    },
  },
  {
    name: 'Account of a mail server in a transport',
    file: {
      path: 'app/dist/mailer.js',
      content: js(
        m,
        'const transport = nodemailer.createTransport({',
        "  host: 'smtp.clinic.example',",
        '  port: 465,',
        '  secure: true,',
        `  auth: { user: 'reception@clinic.example', pass: '${m.password()}' },`,
        '});',
      ),
    },
  },
  {
    name: 'Token that is encoded in base64 against scanners',
    file: {
      path: 'app/dist/packages.js',
      content: js(
        m,
        `const token = Buffer.from('${Buffer.from(githubToken(m, 'p')).toString('base64')}', 'base64').toString();`,
        'export const registry = { headers: { authorization: `Bearer ${token}` } };',
      ),
    },
  },
  {
    name: 'Token in a URL that is encoded as a parameter',
    file: {
      path: 'app/config/mirrors.json',
      content: json({
        mirrors: [
          `https://mirror.clinic.example/sync?from=${encodeURIComponent(`https://ci:${gitlabToken(m)}@gitlab.clinic.example/records/terminology.git`)}`,
        ],
      }),
    },
  },
];
