import type { CorpusCase, Material } from './corpus-case.ts';
import { js } from './filler.ts';

/** Names, messages and constants around secrets. */
export const nameLookAlikes = (m: Material): readonly CorpusCase[] => [
  {
    name: 'Names of headers and cookies',
    file: {
      path: 'app/dist/names.js',
      content: js(
        m,
        "export const CSRF_TOKEN_HEADER = 'X-CSRF-Token';",
        "export const SESSION_TOKEN_COOKIE = '__Secure-next-auth.session-token';",
        "export const API_KEY_HEADER = 'Ocp-Apim-Subscription-Key';",
        "export const PASSWORD_FIELD = 'user[password_confirmation]';",
      ),
    },
  },
  {
    name: 'Actions of a store about tokens',
    file: {
      path: 'app/dist/actions.js',
      content: js(
        m,
        "export const REFRESH_TOKEN = 'session/REFRESH_TOKEN_REQUESTED';",
        "export const RESET_PASSWORD = '@@account/RESET_PASSWORD_SUCCEEDED';",
        "export const tokenReducer = createReducer({ token: null, password: '' });",
      ),
    },
  },
  {
    name: 'Long alphabet of a codec',
    file: {
      path: 'app/dist/base64.js',
      content: js(
        m,
        `const key = '${['ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz', '0123456789', '+/='].join('')}';`,
        `const urlKey = '${['ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz', '0123456789', '-_'].join('')}';`,
      ),
    },
  },
  {
    name: 'Constants of elliptic curves',
    file: {
      path: 'app/dist/curves.js',
      content: js(
        m,
        'export const P256 = {',
        `  p: BigInt('0x${m.hex(64)}'),`,
        `  n: BigInt('0x${m.hex(64)}'),`,
        `  Gx: BigInt('0x${m.hex(64)}'),`,
        '};',
      ),
    },
  },
  {
    name: 'Flags of a command that read from files',
    file: {
      path: 'app/dist/cli.js',
      content: js(
        m,
        "program.option('--password <password>', 'password of the account (or PASSWORD_FILE)');",
        "program.option('--token-file <path>', 'file with the token', '/run/secrets/token');",
        "program.option('--api-key <key>', 'key of the terminology server');",
      ),
    },
  },
  {
    name: 'Comparison of secrets in constant time',
    file: {
      path: 'app/dist/compare.js',
      content: js(
        m,
        'export function sameSecret(secret, expected) {',
        "  const secretHash = createHmac('sha256', randomBytes(32)).update(secret).digest();",
        '  return timingSafeEqual(secretHash, createHash("sha256").update(expected).digest());',
        '}',
        "export const newToken = () => randomBytes(32).toString('base64url');",
      ),
    },
  },
  {
    name: 'Passwords that are too common to accept',
    file: {
      path: 'app/dist/common-passwords.js',
      content: js(
        m,
        "export const common = new Set(['123456', 'password', 'qwerty', 'letmein', 'iloveyou', 'welcome1', 'admin123']);",
      ),
    },
  },
  {
    name: 'Client of the database that asks for its password',
    file: {
      path: 'app/dist/pool.js',
      content: js(
        m,
        'export const pool = new Pool({',
        "  host: process.env.PGHOST, user: 'records',",
        '  password: () => signer.getAuthToken(),',
        '  connectionString: `postgres://${user}:${encodeURIComponent(password)}@${host}:5432/records`,',
        '});',
      ),
    },
  },
  {
    name: 'Names of the classes of an SDK',
    file: {
      path: 'app/dist/sdk.js',
      content: js(
        m,
        "exports.GetSecretValueCommand = command('secretsmanager.GetSecretValue');",
        "exports.AssumeRoleWithWebIdentityCommand = command('sts.AssumeRoleWithWebIdentity');",
        "exports.tokenProvider = 'SharedIniFileCredentialProviderChain';",
      ),
    },
  },
];
