import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FormBrowser } from '@ehr/testing-sandbox';
import * as oauth from 'oauth4webapi';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseOf } from '../test/database-of.ts';
import { postgresUrl } from '../test/postgres-url.ts';
import { type RunningService, runService } from '../test/run-service.ts';
import { smartApp } from '../test/smart-app.ts';

const ISSUER = join(import.meta.dirname, '../../ehr-issuer/src/main.ts');
const AUDIENCE = 'https://ehr.example.org/fhir';
const CALLBACK = 'http://127.0.0.1:9/callback';
const SECRET = 'a-secret-of-this-test';
const code = { redirect_uris: [CALLBACK], grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] }; // prettier-ignore
const ALL = 'openid offline_access fhirUser user/*.cruds';

describe.skipIf(postgresUrl === null)('signing in', () => {
  let directory: string;
  let issuer: RunningService;
  let api: RunningService;
  let backend: CryptoKeyPair;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ehr-issuer-'));
    backend = await oauth.generateKeyPair('ES384', { extractable: true });
    const jwk = { ...(await crypto.subtle.exportKey('jwk', backend.publicKey)), kid: 'b', alg: 'ES384', use: 'sig' }; // prettier-ignore
    const clients = [
      { client_id: 'web', client_secret: SECRET, ...code },
      { client_id: 'smart', token_endpoint_auth_method: 'none', application_type: 'native', ...code },
      { client_id: 'backend', token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES384', jwks: { keys: [jwk] }, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }, // prettier-ignore
    ];
    issuer = await runService({ EHR_ISSUER_STATE: directory, EHR_AUDIENCE: AUDIENCE, EHR_ISSUER_CLIENTS: JSON.stringify(clients) }, ISSUER); // prettier-ignore
    const EHR_ISSUERS = JSON.stringify([{ issuer: issuer.url, audience: AUDIENCE }]);
    api = await runService({ EHR_ISSUERS, DATABASE_URL: await databaseOf('sign_in') });
    await Promise.all([issuer.ready(), api.ready()]);
  });
  afterAll(async () => {
    await Promise.all([issuer.kill('SIGTERM'), api.kill('SIGTERM')]);
    await rm(directory, { recursive: true });
  });

  const fhir = (token: string, path: string, init: RequestInit = {}) =>
    fetch(`${api.url}/fhir/${path}`, { ...init, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' } }); // prettier-ignore
  const put = async (token: string, resource: { readonly resourceType: string; readonly id: string }) =>
    (await fhir(token, `${resource.resourceType}/${resource.id}`, { method: 'PUT', body: JSON.stringify(resource) })).status; // prettier-ignore

  describe('openid-client', () => {
    const configured = () => oidc.discovery(new URL(issuer.url), 'web', SECRET, undefined, { execute: [oidc.allowInsecureRequests] }); // prettier-ignore
    const start = async (config: oidc.Configuration, scope = ALL) => {
      const verifier = oidc.randomPKCECodeVerifier();
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: CALLBACK,
        scope,
        prompt: 'consent',
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { verifier, url };
    };
    const signIn = async (name: string, scope = ALL, more: Record<string, string> = {}) => {
      const config = await configured();
      const { verifier, url } = await start(config, scope);
      const browser = new FormBrowser();
      const page = await browser.open(url.href, CALLBACK);
      const { at } = await browser.submit(page, { name, password: 'demo', ...more }, CALLBACK);
      const tokens = await oidc.authorizationCodeGrant(config, new URL(at), { pkceCodeVerifier: verifier });
      return { config, tokens, at, verifier };
    };

    it('signs somebody of every role in, who may what the role may', async () => {
      const seen: Record<string, readonly number[]> = {};
      for (const name of ['clara', 'frida', 'adam', 'audrey']) {
        const { tokens } = await signIn(name);
        expect(tokens.claims()).toMatchObject({ sub: name, fhirUser: `Practitioner/${name}` });
        const asked = ['Patient', 'Observation', 'Organization', 'AuditEvent'].map(async (type) => (await fhir(tokens.access_token, type)).status); // prettier-ignore
        seen[name] = await Promise.all(asked);
      }
      expect(seen).toEqual({
        clara: [200, 200, 200, 403],
        frida: [200, 403, 200, 403],
        adam: [200, 403, 200, 403],
        audrey: [403, 403, 403, 200],
      });
    });

    it('lets nobody in with a wrong password, nor to a tenant that there is not', async () => {
      const config = await configured();
      const browser = new FormBrowser();
      const page = await browser.open((await start(config)).url.href, CALLBACK);
      const again = await browser.submit(page, { name: 'clara', password: 'wrong' }, CALLBACK);
      expect(again.html).toContain('There is nobody with this name and password.');
      const { tokens } = await signIn('olga');
      expect((await fhir(tokens.access_token, 'Patient')).status).toBe(403);
    });

    it('gets new tokens once for each refresh token; a stolen one ends them all', async () => {
      const { config, tokens } = await signIn('clara');
      const second = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '');
      expect((await fhir(second.access_token, 'Patient')).status).toBe(200);
      expect(second.refresh_token).not.toBe(tokens.refresh_token);
      await expect(oidc.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' }); // prettier-ignore
      await expect(oidc.refreshTokenGrant(config, second.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' }); // prettier-ignore
    });

    it('cannot use a code twice, nor with another verifier, nor start without PKCE', async () => {
      const { config, at, verifier } = await signIn('clara');
      await expect(oidc.authorizationCodeGrant(config, new URL(at), { pkceCodeVerifier: verifier })).rejects.toMatchObject({ error: 'invalid_grant' }); // prettier-ignore
      const browser = new FormBrowser();
      const page = await browser.open((await start(config)).url.href, CALLBACK);
      const other = await browser.submit(page, { name: 'clara', password: 'demo' }, CALLBACK);
      await expect(oidc.authorizationCodeGrant(config, new URL(other.at), { pkceCodeVerifier: oidc.randomPKCECodeVerifier() })).rejects.toMatchObject({ error: 'invalid_grant' }); // prettier-ignore
      for (const method of [undefined, 'plain']) {
        const { url } = await start(config);
        url.searchParams.delete('code_challenge_method');
        if (method === undefined) url.searchParams.delete('code_challenge');
        else url.searchParams.set('code_challenge_method', method);
        expect((await new FormBrowser().open(url.href, CALLBACK)).at).toContain('error=invalid_request');
      }
    });

    it('shows its ID token in vain', async () => {
      const { tokens } = await signIn('clara');
      expect((await fhir(tokens.id_token ?? '', 'Patient')).status).toBe(401);
    });
  });

  describe('oauth4webapi', () => {
    const insecure = { [oauth.allowInsecureRequests]: true };
    const discovered = async () => {
      const url = new URL(issuer.url);
      return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure));
    };

    it('is a backend service by its key, and may what its scopes say', async () => {
      const server = await discovered();
      const client = { client_id: 'backend' };
      let sent: { url: string; init: RequestInit } | undefined;
      const request = (scope: string) =>
        oauth.clientCredentialsGrantRequest(server, client, oauth.PrivateKeyJwt({ key: backend.privateKey, kid: 'b' }), { scope }, {
          ...insecure,
          [oauth.customFetch]: (url, init) => fetch((sent = { url, init: init }).url, sent.init),
        }); // prettier-ignore
      const { access_token } = await oauth.processClientCredentialsResponse(server, client, await request('system/Patient.cruds')); // prettier-ignore
      expect(await put(access_token, { resourceType: 'Patient', id: 'p1' })).toBe(201);
      expect((await fhir(access_token, 'Patient/p1')).status).toBe(200);
      expect((await fhir(access_token, 'Observation')).status).toBe(403);
      // The same assertion once more is somebody else’s.
      const replayed = await fetch(sent?.url ?? '', sent?.init);
      expect([replayed.status, ((await replayed.json()) as { error: string }).error]).toEqual([401, 'invalid_client']); // prettier-ignore
      // A program by itself is nobody’s user.
      const user = await oauth.processClientCredentialsResponse(
        server,
        client,
        await request('user/*.cruds'),
      );
      expect((await fhir(user.access_token, 'Patient')).status).toBe(403);
    });

    it('is nobody with another key', async () => {
      const server = await discovered();
      const { privateKey } = await oauth.generateKeyPair('ES384');
      const asked = oauth.clientCredentialsGrantRequest(server, { client_id: 'backend' }, oauth.PrivateKeyJwt({ key: privateKey, kid: 'b' }), { scope: 'system/*.rs' }, insecure); // prettier-ignore
      expect((await asked).status).toBe(401);
    });
  });

  describe('fhirclient', () => {
    it('launches by itself, and sees the chart of the patient who was chosen', async () => {
      const app = smartApp(`${api.url}/fhir`, CALLBACK);
      const client = await app.launch({ clientId: 'smart', scope: 'openid fhirUser launch/patient patient/*.rs', signIn: { name: 'clara', password: 'demo', patient: 'p1' } }); // prettier-ignore
      expect(client.patient.id).toBe('p1');
      expect(await client.patient.read()).toMatchObject({ resourceType: 'Patient', id: 'p1' });
      await expect(client.request('Patient/p2')).rejects.toMatchObject({ status: 404 });
    });

    it('is launched by a record system about the patient whose chart is open', async () => {
      const opened = await fetch(`${issuer.url}/launch`, { method: 'POST', body: new URLSearchParams({ patient: 'p1' }) }); // prettier-ignore
      const { launch } = (await opened.json()) as { launch: string };
      const app = smartApp(`${api.url}/fhir`, CALLBACK);
      const client = await app.launch({ clientId: 'smart', launch, scope: 'openid fhirUser launch patient/*.rs', signIn: { name: 'clara', password: 'demo' } }); // prettier-ignore
      expect(client.patient.id).toBe('p1');
      expect(await client.request('Patient')).toMatchObject({ entry: [{ resource: { id: 'p1' } }] });
    });
  });

  it('leaves no token and no secret in a log', () => {
    const logged = issuer.output() + api.output();
    expect(logged).toContain('"msg":"request"');
    expect(logged).not.toMatch(/eyJ[\w-]+\.|a-secret-of-this-test|Bearer/u);
  });
});
