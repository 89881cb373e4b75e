import { DeliveryError, coreError, reasonOf } from '@ehr/delivery-core';
import { dokployError } from '../dokploy-errors.ts';
import type { Pin, Secret } from '@ehr/delivery-core';
import { setTimeout as wait } from 'node:timers/promises';
import { redact } from '../api/redact.ts';
import { judgeWebhookAnswer } from './judge-webhook-answer.ts';

export interface WebhookOptions {
  /** The whole address is the secret: whoever has it can deploy. */
  readonly url: Secret;
  readonly service: string;
  /** For composes and applications that follow a branch (default main); a raw one does not look. */
  readonly branch?: string;
  /** How often a silence or a gateway's 5xx is tried again (default 4), waiting 1 s, 2 s, 4 s … */
  readonly retries?: number;
  readonly requestTimeoutMs?: number;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
  readonly fetch?: typeof fetch;
}

/**
 * Starts a deploy through Dokploy's webhook; throws WEBHOOK_REFUSED unless Dokploy says that it queued one.
 * A lost answer is asked for again: two deploys of the same state end in the same state, none does not.
 */
export function createWebhookTrigger(options: WebhookOptions): (pin: Pin) => Promise<void> {
  const { service, branch = 'main', retries = 4, requestTimeoutMs = 30_000 } = options;
  const { fetch: fetcher = fetch, sleep = wait } = options;
  const url = addressOf(options.url);

  const attempt = async (pin: Pin): Promise<'again' | 'queued'> => {
    const response = await fetcher(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        // The smallest call whose commit and text end up in Dokploy's record. No `repository`: with it an
        // application compares images, and refuses a digest.
        'x-github-event': 'push',
        'user-agent': 'ehr-delivery',
      },
      body: JSON.stringify({
        ref: `refs/heads/${branch}`,
        head_commit: { id: pin.revision, message: `${service} ${pin.version} (${pin.revision.slice(0, 7)})` },
      }),
      // 301 without Location is a refusal; a 308 would lead the token elsewhere.
      redirect: 'manual',
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    const verdict = judgeWebhookAnswer(response.status, await response.text());
    if (verdict.kind === 'refused') {
      throw dokployError('WEBHOOK_REFUSED', redact(verdict.text, secretsIn(url)));
    }
    return verdict.kind;
  };

  return async (pin) => {
    let last = 'it answered with a server error';
    for (let tries = 0; tries <= retries; tries += 1) {
      if (tries > 0) await sleep(1_000 * 2 ** (tries - 1));
      try {
        if ((await attempt(pin)) === 'queued') return;
      } catch (error) {
        if (error instanceof DeliveryError) throw error;
        last = redact(reasonOf(error), secretsIn(url));
      }
    }
    throw dokployError('DOKPLOY_UNREACHABLE', `The Dokploy webhook of ${service} does not answer: ${last}.`);
  };
}

function addressOf(secret: Secret): URL {
  try {
    const url = new URL(secret.reveal());
    // A trailing slash is a 308 and never reaches the handler.
    url.pathname = url.pathname.replace(/\/+$/, '');
    if (/^https?:$/.test(url.protocol)) return url;
  } catch {
    // Told below, without the value.
  }
  throw coreError('OPTIONS_INVALID', 'The webhook is not an http(s) address; its value is not shown.');
}

function secretsIn(url: URL): string[] {
  return [url.href, url.pathname, url.pathname.split('/').at(-1) ?? ''];
}
