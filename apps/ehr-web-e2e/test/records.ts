import { createHash, randomBytes } from 'node:crypto';
import { FormBrowser } from '@ehr/testing-sandbox';
import type { Services } from './start-services.ts';

interface Resource {
  readonly resourceType: string;
  readonly id: string;
}

/** An answer of the record service; what a test does not look at has no type. */
interface Answer {
  readonly status: number;
  readonly body: { readonly total?: number; readonly entry?: readonly { readonly resource: Record<string, unknown> }[] }; // prettier-ignore
}

/** The records themselves, without the web app: as a program, or as somebody with a token of their own. */
export function recordsOf({ api, issuer }: Services) {
  const tokens = async (form: Record<string, string>): Promise<string> => {
    const answer = await fetch(`${issuer.url}/token`, { method: 'POST', body: new URLSearchParams(form) });
    return ((await answer.json()) as { access_token: string }).access_token;
  };
  const program = () =>
    tokens({ grant_type: 'client_credentials', client_id: 'ehr-seed', client_secret: 'demo', scope: 'system/*.cruds' }); // prettier-ignore
  const ask = async (path: string, token: string, sent?: Resource): Promise<Answer> => {
    const answer = await fetch(`${api.url}/fhir/${path}`, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
      ...(sent && { method: 'PUT', body: JSON.stringify(sent) }),
    });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  };
  return {
    get: async (path: string, token?: string) => ask(path, token ?? (await program())),
    put: async (resource: Resource) =>
      (await ask(`${resource.resourceType}/${resource.id}`, await program(), resource)).status,
    /** Of somebody who signs in beside the web app. */
    tokenOf: async (name: string) => {
      const verifier = randomBytes(32).toString('base64url');
      const redirect_uri = 'http://127.0.0.1/sign-in/done';
      const asked = {
        client_id: 'ehr-web',
        response_type: 'code',
        redirect_uri,
        scope: 'openid user/*.cruds',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      };
      const browser = new FormBrowser();
      const page = await browser.open(`${issuer.url}/auth?${new URLSearchParams(asked).toString()}`, redirect_uri); // prettier-ignore
      const { at } = await browser.submit(page, { name, password: 'demo' }, redirect_uri);
      const code = new URL(at).searchParams.get('code') ?? '';
      return tokens({ grant_type: 'authorization_code', client_id: 'ehr-web', code, redirect_uri, code_verifier: verifier }); // prettier-ignore
    },
  };
}
