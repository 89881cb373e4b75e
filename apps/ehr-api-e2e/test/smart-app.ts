import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { FormBrowser } from '@ehr/testing-sandbox';
import smart from 'fhirclient';

type Client = ReturnType<typeof smart.client>;

/** How an app is started, and who signs in. */
interface Launch {
  readonly clientId: string;
  readonly scope: string;
  /** What a record system opened it with. */
  readonly launch?: string;
  readonly signIn: Readonly<Record<string, string>>;
}

/** A SMART app made with fhirclient, in a web server that is asked by one browser. */
export function smartApp(iss: string, redirectUri: string) {
  const kept = new Map<string, unknown>();
  const storage = {
    get: async (key: string) => kept.get(key),
    set: async (key: string, value: unknown) => void kept.set(key, value),
    unset: async (key: string) => kept.delete(key),
  };
  const asked = (url: string) => {
    const request = new IncomingMessage(new Socket());
    Object.assign(request, { url: new URL(url).pathname + new URL(url).search, headers: { host: new URL(url).host } }); // prettier-ignore
    const response = new ServerResponse(request);
    const sentTo = new Promise<string>((resolve) => {
      // Where it sends the browser is all that it answers with.
      response.writeHead = ((_status: number, headers?: { readonly location: string }) => {
        if (headers !== undefined) resolve(headers.location);
        return response;
      }) as never;
    });
    return { api: smart(request, response, storage), sentTo };
  };
  return {
    launch: async ({ clientId, scope, launch, signIn }: Launch): Promise<Client> => {
      const { api, sentTo } = asked(`${redirectUri}?launching`);
      await api.authorize({ iss, clientId, scope, redirectUri, pkceMode: 'required', ...(launch !== undefined && { launch }) }); // prettier-ignore
      const browser = new FormBrowser();
      const page = await browser.open(await sentTo, redirectUri);
      const { at } = await browser.submit(page, { ...signIn }, redirectUri);
      return asked(at).api.ready();
    },
  };
}
