import type { CorpusCase, Material } from './corpus-case.ts';
import { js, json, lines, minified } from './filler.ts';

/** Code that speaks of secrets and holds none. */
export const codeLookAlikes = (m: Material): readonly CorpusCase[] => [
  {
    name: 'Translations around passwords and tokens',
    file: {
      path: 'app/locales/en.json',
      content: json({
        password: 'Password',
        newPassword: 'Choose a new password',
        passwordTooShort: 'A password has at least twelve characters',
        apiKey: 'API key',
        apiKeyHint: 'Paste the key of your laboratory here',
        tokenExpired: 'Your session has ended. Please sign in again.',
        secretQuestion: 'What was the name of your first school?',
      }),
    },
  },
  {
    name: 'Translations in German',
    file: {
      path: 'app/locales/de.json',
      content: json({
        password: 'Passwort',
        passwordRepeat: 'Passwort-Wiederholung',
        secret: 'Geheimnis',
        token: 'Zugangsschlüssel',
        passwordForgotten: 'Kennwort-vergessen?',
      }),
    },
  },
  {
    name: 'Names of fields in a schema',
    file: {
      path: 'app/dist/schema.js',
      content: js(
        m,
        'const Account = {',
        "  password: { type: 'string', minLength: 12, writeOnly: true },",
        "  apiKey: { type: 'string', format: 'uuid' },",
        "  secret: 'string',",
        "  token: 'TokenReference',",
        '};',
      ),
    },
  },
  {
    name: 'Minified code that passes passwords on',
    file: {
      path: 'app/dist/login.js',
      content: minified(
        m,
        'const h={password:e.password,token:t.token||null,secret:n(e.secret),apiKey:o.apiKey};fetch("/api/login",{headers:{authorization:"Bearer "+h.token}});',
      ),
    },
  },
  {
    name: 'Header that is built from a variable',
    file: {
      path: 'app/dist/http.js',
      content: js(
        m,
        'export const headers = (token, user, password) => ({',
        '  authorization: token ? `Bearer ${token}` : `Basic ${btoa(`${user}:${password}`)}`,',
        "  'x-api-key': `${process.env.API_KEY}`,",
        '});',
      ),
    },
  },
  {
    name: 'Code that parses and writes PEM',
    file: {
      path: 'app/dist/pem.js',
      content: js(
        m,
        "const begin = '-----BEGIN PRIVATE KEY-----';",
        "const end = '-----END PRIVATE KEY-----';",
        'export const toPem = (der) => `${begin}\\n${der.toString("base64").match(/.{1,64}/g).join("\\n")}\\n${end}\\n`;',
        "export const isPem = (text) => text.includes('-----BEGIN RSA PRIVATE KEY-----') || text.startsWith(begin);",
      ),
    },
  },
  {
    name: 'Expressions that find tokens',
    file: {
      path: 'app/dist/scanner-rules.js',
      content: js(
        m,
        'export const rules = [',
        "  { id: 'github', pattern: /\\bgh[pousr]_[A-Za-z0-9]{36}\\b/ },",
        "  { id: 'aws', pattern: /\\b(?:AKIA|ASIA)[A-Z2-7]{16}\\b/ },",
        "  { id: 'stripe', pattern: /\\b[rs]k_live_[0-9a-zA-Z]{24,}\\b/ },",
        "  { id: 'slack', pattern: /xox[baprs]-[0-9]{10,13}-[0-9A-Za-z-]+/ },",
        "  { id: 'pem', pattern: /-----BEGIN (?:RSA |EC )?PRIVATE KEY-----[\\s\\S]+?-----END/ },",
        '];',
      ),
    },
  },
  {
    name: 'URL parser with examples in comments',
    file: {
      path: 'app/dist/url.js',
      content: js(
        m,
        '/**',
        ' * Splits a URL into its parts.',
        ' *',
        " * @example parse('https://user:pass@example.com/path?x=1')",
        ' *   // { username: "user", password: "pass", host: "example.com" }',
        ' */',
        'export const parse = (text) => new URL(text);',
      ),
    },
  },
  {
    name: 'Tests of a URL parser',
    file: {
      path: 'app/test/url.spec.ts',
      content: lines(
        "import { expect, it } from 'vitest';",
        "it('keeps the account', () => {",
        "  const url = new URL('https://user:password@example.com:8080/');",
        "  expect(url.password).toBe('password');",
        "  expect(new URL('ftp://foo:bar@example.org').username).toBe('foo');",
        '});',
      ),
    },
  },
];
