import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** Undefined: a claim that every token has is left out. */
export type Claims = { readonly [Name in keyof JWTPayload]: JWTPayload[Name] | undefined };

/** An issuer that signs whatever a test wants, and tells its keys to whoever asks. */
export interface TestIssuer {
  readonly url: string;
  /** How often its metadata and its keys were asked for. */
  readonly asked: { metadata: number; keys: number };
  /** Whether it answers. */
  isAway: boolean;
  /** Signs with the newest key; `claims` come over those that every token has. */
  readonly sign: (
    claims?: Claims,
    header?: { readonly kid?: string; readonly alg?: string },
  ) => Promise<string>;
  /** Signs with a new key from now on; the old one stays among those it tells of. */
  readonly rotate: () => Promise<void>;
  /** The newest public key. */
  readonly publicKey: () => JWK;
  readonly stop: () => Promise<void>;
}

export const AUDIENCE = 'https://ehr.example.org/fhir';

export async function startIssuer(): Promise<TestIssuer> {
  const keys: { readonly kid: string; readonly own: CryptoKey; readonly told: JWK }[] = [];
  const rotate = async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const kid = `key-${keys.length + 1}`;
    keys.push({
      kid,
      own: privateKey,
      told: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' },
    });
  };
  await rotate();
  const asked = { metadata: 0, keys: 0 };
  const server = createServer((request, response) => {
    if (issuer.isAway) return void request.socket.destroy();
    const isKeys = request.url === '/jwks';
    asked[isKeys ? 'keys' : 'metadata'] += 1;
    const metadata = { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks`, authorization_endpoint: `${issuer.url}/auth`, token_endpoint: `${issuer.url}/token` }; // prettier-ignore
    const body = isKeys ? { keys: keys.map(({ told }) => told) } : metadata;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const newest = () => keys.at(-1) as (typeof keys)[number];
  const issuer: TestIssuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    isAway: false,
    sign: async (claims = {}, header = {}) => {
      const { kid, own } = newest();
      const now = Math.floor(Date.now() / 1000);
      const payload = { iss: issuer.url, aud: AUDIENCE, sub: 'somebody', client_id: 'app', iat: now, exp: now + 300, ...claims }; // prettier-ignore
      return new SignJWT(payload as JWTPayload)
        .setProtectedHeader({ alg: 'ES256', kid, ...header })
        .sign(own);
    },
    rotate,
    publicKey: () => newest().told,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return issuer;
}
