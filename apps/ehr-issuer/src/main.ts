import { createServer } from 'node:http';
import type { ClientMetadata } from 'oidc-provider';
import { createIssuer } from './create-issuer.ts';
import { keysIn } from './keys.ts';

const { PORT = '4300', HOST = '127.0.0.1', EHR_AUDIENCE = 'http://127.0.0.1:4201/fhir' } = process.env;
const { EHR_ISSUER_URL = `http://127.0.0.1:${PORT}`, EHR_ISSUER_STATE = './.sandbox/ehr-issuer', EHR_ISSUER_CLIENTS = '[]', EHR_ISSUER_TOKEN_SECONDS = '300' } = process.env; // prettier-ignore

// Its people and their password are known to everybody.
if (!['127.0.0.1', 'localhost', '[::1]'].includes(new URL(EHR_ISSUER_URL).hostname))
  throw new Error(`EHR_ISSUER_URL is ${EHR_ISSUER_URL}: the development issuer is for this computer alone.`);
const clients = JSON.parse(EHR_ISSUER_CLIENTS) as readonly ClientMetadata[];
const keys = await keysIn(`${EHR_ISSUER_STATE}/keys.json`);
const { provider } = createIssuer({
  url: EHR_ISSUER_URL,
  audience: EHR_AUDIENCE,
  ...keys,
  clients,
  tokenSeconds: Number(EHR_ISSUER_TOKEN_SECONDS),
});
const answer = provider.callback();
const { host } = new URL(EHR_ISSUER_URL);
const server = createServer((request, response) => {
  // It tells everybody the addresses by which browsers reach it, however it was reached itself.
  request.headers.host = host;
  void answer(request, response);
});
server.listen(Number(PORT), HOST, () =>
  process.stdout.write(`The development issuer is ${EHR_ISSUER_URL}\n`),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    server.closeAllConnections();
    server.close();
  });
