import { createPrivateKey, createSign, randomUUID, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';

/** A token service as Distribution's documents describe it (§ Token Authentication Implementation). */
export interface TokenService {
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  /** PEM of the certificate that its tokens are checked with. */
  readonly certificate: string;
  stop(): Promise<void>;
}

/** Who gets tokens, and for which repositories: all of them without a list. */
interface TokenAccount {
  readonly username: string;
  readonly password: string;
  readonly repositories?: readonly string[];
}

const SERVICE = 'sandbox-registry';
const ISSUER = 'sandbox-token-service';

/** Starts a token service on a free port of 127.0.0.1; each `scope` has to be a parameter of its own. */
export async function startTokenService(account: TokenAccount): Promise<TokenService> {
  const pair = await generate([{ name: 'commonName', value: ISSUER }], { keySize: 2048 });
  const key = createPrivateKey(pair.private);
  const x5c = [new X509Certificate(pair.cert).raw.toString('base64')];
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const tokenFor = (scopes: readonly string[]) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...{ iss: ISSUER, sub: account.username, aud: SERVICE, jti: randomUUID() },
      ...{ exp: now + 300, nbf: now - 10, iat: now },
      access: scopes.flatMap((scope) => {
        const [, name = '', actions = ''] = /^repository:([^ :]+):([a-z,*]+)$/.exec(scope) ?? [];
        const isOurs = name !== '' && (account.repositories?.includes(name) ?? true);
        return isOurs ? [{ type: 'repository', name, actions: actions.split(',') }] : [];
      }),
    };
    const signed = `${encode({ typ: 'JWT', alg: 'RS256', x5c })}.${encode(claims)}`;
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key).toString('base64url')}`;
  };
  const wanted = `Basic ${Buffer.from(`${account.username}:${account.password}`).toString('base64')}`;
  const server = createServer(({ url = '/', headers }, response) => {
    if (headers.authorization !== wanted) return void response.writeHead(401).end('{}');
    const scopes = new URL(url, 'http://token').searchParams.getAll('scope');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ token: tokenFor(scopes) }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    realm: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    service: SERVICE,
    issuer: ISSUER,
    certificate: pair.cert,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((stopped) => server.close(stopped));
    },
  };
}
