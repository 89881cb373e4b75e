import type { CorpusCase, Material } from './corpus-case.ts';
import { dotenv, js, json, lines, minified } from './filler.ts';
import { certificatePem, ed25519, p256, pem, privateJwk, rsa } from './keys.ts';

/** Private keys as bundlers, settings and variables hold them. */
export const bundledKeyLeaks = (m: Material): readonly CorpusCase[] => [
  {
    name: 'Ed25519 key with escaped line ends in a minified bundle',
    file: {
      path: 'app/dist/index.js',
      content: minified(m, `const k=${JSON.stringify(pem(ed25519()))};export{k};`),
    },
  },
  {
    name: 'Key as an array of lines that are joined',
    file: {
      path: 'app/dist/assertion.js',
      content: js(
        m,
        'const clientKey = [',
        ...pem(rsa())
          .trimEnd()
          .split('\n')
          .map((row) => `  '${row}',`),
        "].join('\\n');",
      ),
    },
  },
  {
    name: 'Key as a concatenation of literals',
    file: {
      path: 'app/dist/apple-push.js',
      content: js(
        m,
        'var apnsKey =',
        pem(p256())
          .trimEnd()
          .split('\n')
          .map((row) => `  "${row}\\n"`)
          .join(' +\n') + ';',
      ),
    },
  },
  {
    name: 'Private JWK of RSA',
    file: {
      path: 'app/config/jwk.json',
      content: json({ ...privateJwk(rsa()), kid: m.hex(8), use: 'sig', alg: 'RS256' }),
    },
  },
  {
    name: 'Private JWK set in an OpenID provider',
    file: {
      path: 'app/dist/oidc.js',
      content: js(
        m,
        'const configuration = {',
        `  jwks: { keys: [${JSON.stringify({ ...privateJwk(p256()), kid: m.hex(8), use: 'sig' })}] },`,
        "  clients: [{ client_id: 'portal' }],",
        '};',
      ),
    },
  },
  {
    name: 'PEM on one line of an env file',
    file: {
      path: 'app/.env.local',
      content: dotenv(
        m,
        `GITHUB_APP_ID=${m.digits(6)}`,
        `GITHUB_APP_PRIVATE_KEY="${pem(rsa(), 'pkcs1').trimEnd().replaceAll('\n', '\\n')}"`,
      ),
    },
  },
  {
    name: 'PEM whose line ends became spaces in a variable of the image',
    env: [`SMART_PRIVATE_KEY=${pem(rsa()).trimEnd().replaceAll('\n', ' ')}`],
  },
  {
    name: 'Kube config with the key of its user',
    file: {
      path: 'app/.kube/config',
      content: lines(
        'apiVersion: v1',
        'kind: Config',
        'clusters:',
        '- name: prod',
        '  cluster:',
        '    server: https://10.2.0.1:6443',
        'users:',
        '- name: deployer',
        '  user:',
        `    client-certificate-data: ${Buffer.from(certificatePem(p256(), 'deployer', m.bytes(70))).toString('base64')}`,
        `    client-key-data: ${Buffer.from(pem(p256(), 'sec1')).toString('base64')}`,
      ),
    },
  },
];
