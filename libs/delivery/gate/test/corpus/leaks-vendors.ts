import type { CorpusCase, Material } from './corpus-case.ts';
import { js, lines } from './filler.ts';
import { ageKey, jwt } from './tokens.ts';

/** Tokens of further vendors. */
export const vendorLeaks = (m: Material): readonly CorpusCase[] => [
  {
    name: 'Cloudflare API token in a purge task',
    file: {
      path: 'app/dist/purge.js',
      content: js(
        m,
        "const zone = 'portal.clinic.example';",
        `const CLOUDFLARE_API_TOKEN = '${m.base62(20)}_${m.base62(19)}';`,
        "export const purge = () => post('/purge_cache', { headers: { Authorization: `Bearer ${CLOUDFLARE_API_TOKEN}` } });",
      ),
    },
  },
  {
    name: 'Datadog API and application keys in YAML',
    file: {
      path: 'app/datadog.yaml',
      content: lines(
        'site: datadoghq.eu',
        `api_key: ${m.hex(32)}`,
        `app_key: ${m.hex(40)}`,
        'logs_enabled: true',
      ),
    },
  },
  {
    name: 'Sentry auth token in .sentryclirc',
    file: {
      path: 'app/.sentryclirc',
      content: lines(
        '[defaults]',
        'org = clinic',
        'project = records',
        '',
        '[auth]',
        `token=sntrys_${Buffer.from(JSON.stringify({ iat: 1700000000.5, url: 'https://sentry.io', region_url: 'https://de.sentry.io', org: 'clinic' })).toString('base64')}_${m.base64(32).replace('=', '')}`,
      ),
    },
  },
  {
    name: 'Vault token file',
    file: { path: 'app/.vault-token', content: `hvs.${m.base64url(69)}` },
  },
  {
    name: 'Atlassian API token in a Jira client',
    file: {
      path: 'app/dist/jira.js',
      content: js(
        m,
        "const user = 'release@clinic.example';",
        `const apiToken = 'ATATT3xFfGF0${m.base64url(129)}=${m.hex(8).toUpperCase()}';`,
        "const auth = Buffer.from(`${user}:${apiToken}`).toString('base64');",
      ),
    },
  },
  {
    name: 'Telegram bot token in a URL',
    file: {
      path: 'app/dist/telegram.js',
      content: js(
        m,
        `const endpoint = 'https://api.telegram.org/bot${m.digits(10)}:AA${m.base62(20)}-${m.base62(12)}/sendMessage';`,
        "export const tell = (chat_id, text) => fetch(endpoint, { method: 'POST', body: JSON.stringify({ chat_id, text }) });",
      ),
    },
  },
  {
    name: 'Supabase service role key in a client',
    file: {
      path: 'app/dist/supabase.js',
      content: js(
        m,
        `const key = '${jwt(m, { iss: 'supabase', ref: m.of('abcdefghijklmnopqrstuvwxyz', 20), role: 'service_role', iat: 1712000000, exp: 2027500000 })}';`,
        "export const db = createClient('https://records.supabase.co', key);",
      ),
    },
  },
  {
    name: 'age secret key in keys.txt',
    file: {
      path: 'app/.config/sops/age/keys.txt',
      content: lines(
        '# created: 2025-02-11T09:12:44+01:00',
        `# public key: age1${m.of('qpzry9x8gf2tvdw0s3jn54khce6mua7l', 58)}`,
        ageKey(m),
      ),
    },
  },
];
