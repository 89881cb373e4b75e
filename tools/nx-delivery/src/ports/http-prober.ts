import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type ProbeAnswer, type Prober, reasonOf } from '@ehr/delivery-core';

const TIMEOUT_MS = 3_000;
/** A health report is some hundred bytes. */
const MOST_BYTES = 64 * 1024;

/**
 * Asks once, with 3 s patience, over a connection of its own: a balancer that spreads connections over replicas then
 * shows another one each time. `user:password@` in the address is sent as Basic authentication, and that of `signIn` to its
 * origin: an address that is printed holds none. A redirect is not followed: the service itself is to answer.
 */
export function createHttpProber(signIn?: string): Prober {
  return {
    probe: async (url) => {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      try {
        return await read(await answerOf(withSignIn(new URL(url), signIn), signal), url);
      } catch (error) {
        if (signal.aborted) return silence(`no answer within ${TIMEOUT_MS / 1000} s`);
        // The URL's own error repeats it, and it may hold a password.
        return silence(URL.canParse(url) ? reasonOf(error) : 'the address is not a URL');
      }
    },
  };
}

function withSignIn(url: URL, signIn: string | undefined): URL {
  if (signIn === undefined || !URL.canParse(signIn) || url.username !== '') return url;
  const { origin, username, password } = new URL(signIn);
  if (origin !== url.origin) return url;
  url.username = username;
  url.password = password;
  return url;
}

function answerOf(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const headers = { accept: 'application/json', 'cache-control': 'no-cache', connection: 'close' };
  return new Promise((resolve, reject) => {
    // Without an agent no connection is kept for the next one.
    request(url, { agent: false, headers, signal }, resolve).on('error', reject).end();
  });
}

async function read(answer: IncomingMessage, url: string): Promise<ProbeAnswer> {
  const { statusCode: status = 0, headers } = answer;
  if (status >= 300 && status < 400) {
    answer.destroy();
    return silence(`it answers ${status}${leadsTo(headers.location, url)}, and redirects are not followed`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) {
      answer.destroy();
      return silence('answer too large');
    }
    chunks.push(chunk);
  }
  return { kind: 'answer', status, body: parse(Buffer.concat(chunks).toString()) };
}

/** Origin and path alone: a user's name or a query may be a secret. */
function leadsTo(location: string | undefined, url: string): string {
  if (location === undefined || !URL.canParse(location, url)) return '';
  const { origin, pathname } = new URL(location, url);
  return ` and leads to ${origin}${pathname}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function silence(message: string): ProbeAnswer {
  return { kind: 'silence', message };
}
