import { setTimeout as wait } from 'node:timers/promises';
import {
  coreError,
  DeliveryError,
  type Pin,
  reasonOf,
  redact,
  type Secret,
  type Target,
} from '@ehr/delivery-core';
import { HttpError, isTransient, retry } from '@ehr/delivery-http';
import { readError } from './api/connection.ts';
import { tellSilence } from './api/tell-silence.ts';
import { dokployError } from './dokploy-errors.ts';
import { healthUrl, type PublicAddress } from './target/health-url.ts';

/** Which webhook, and where the service answers. */
export type WebhookTargetOptions = WebhookOptions & PublicAddress;

/**
 * The `Target` port when only a webhook is known. It can neither pin nor inspect: the environment's tag decides what is
 * deployed, if the service pulls at all, and only the verification shows how it ended. Throws what the webhook throws.
 */
export function createWebhookTarget(options: WebhookTargetOptions): Target {
  const trigger = createWebhookTrigger(options);
  return {
    name: `Dokploy webhook of ${options.service}`,
    followsTag: true,
    // A webhook does not show what the service is set up to run.
    inspect: async () => ({ ...NOTHING, healthUrl: healthUrl(options) }),
    smokeTest: null,
    // A webhook carries nothing: the environment's tag decides.
    variablesFor: () => ({}),
    trigger,
    // The environment's tag names the version by now.
    restore: trigger,
    replicas: async () => null,
    explainPrevious: async () => null,
    settle: async (onProgress) => {
      onProgress('queued; a webhook shows nothing more');
    },
  };
}

const NOTHING = {
  image: null,
  digest: null,
  environment: null,
  revision: null,
  version: null,
  keepsData: null,
} as const;

/** Which webhook, for which service, and how to reach it. */
export interface WebhookOptions {
  /** The whole address is the secret: whoever has it can deploy. */
  readonly url: Secret;
  readonly service: string;
  /** For composes and applications that follow a branch (default main); a raw one ignores it. */
  readonly branch?: string;
  /** Retries after no answer or a gateway's 5xx (default 4), after 1 s, 2 s, 4 s … */
  readonly retries?: number;
  /** Of one request (default 30 s). */
  readonly requestTimeoutMs?: number;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
  readonly fetch?: typeof fetch;
  /** Is told of each wait, within ten seconds: for an answer, and before the webhook is called again. */
  readonly onWait?: (message: string) => void;
}

/**
 * A function that starts a deploy through Dokploy's webhook. When an answer is lost it sends again: two deploys of the
 * same state end in the same state, no deploy does not.
 * @throws OPTIONS_INVALID at once when the address is not http(s)
 * @throws WEBHOOK_REFUSED unless Dokploy queued one: 301, 404 and 200 for a ping all mean "not deployed"
 * @throws DOKPLOY_UNREACHABLE
 */
export function createWebhookTrigger(options: WebhookOptions): (pin: Pin) => Promise<void> {
  const { service, branch = 'main', retries = 4, requestTimeoutMs = 30_000 } = options;
  const { fetch: fetcher = fetch, sleep = wait, onWait = () => undefined } = options;
  const url = addressOf(options.url);

  const attempt = async (pin: Pin): Promise<void> => {
    const request: RequestInit = {
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
    };
    const tell = () => onWait(`The Dokploy webhook of ${service} has not answered yet; still waiting`);
    const { response, body } = await tellSilence(requestTimeoutMs, tell, async () => {
      const answer = await fetcher(url, request);
      return { response: answer, body: await answer.text() };
    });
    const { status } = response;
    // JSON without a message has none; plain text is the message.
    const error = readError(body);
    const message = error === undefined ? body.trim() : (error.message ?? '');
    if (status === 200 && /^(Compose|Application) deployed successfully$/.test(message)) return;
    const failure = new HttpError(`it answered ${status}`, response);
    if (isTransient(failure)) throw failure;
    const shown = message === '' ? 'no message' : message.slice(0, 300);
    const refusal = `The webhook answered ${status} and did not deploy: ${shown}.${advice(status, message)}`;
    throw dokployError('WEBHOOK_REFUSED', redact(refusal, secretsIn(url)));
  };

  return async (pin) => {
    try {
      const patientSleep = (milliseconds: number) => {
        const seconds = Math.ceil(milliseconds / 1_000);
        onWait(`The Dokploy webhook of ${service} does not answer; asked again in ${seconds} s`);
        return sleep(milliseconds);
      };
      await retry(() => attempt(pin), { retries, firstWaitMs: 1_000, sleep: patientSleep });
    } catch (error) {
      if (error instanceof DeliveryError) throw error;
      const reason = redact(reasonOf(error), secretsIn(url));
      throw dokployError(
        'DOKPLOY_UNREACHABLE',
        `The Dokploy webhook of ${service} does not answer: ${reason}.`,
      );
    }
  };
}

function addressOf(secret: Secret): URL {
  try {
    const url = new URL(secret.reveal());
    // A trailing slash is a 308 and never reaches the handler.
    url.pathname = url.pathname.replace(/\/+$/, '');
    if (/^https?:$/.test(url.protocol)) return url;
  } catch {
    // Thrown below, without the value.
  }
  throw coreError('OPTIONS_INVALID', 'The webhook is not an http(s) address; its value is not shown.');
}

/** What to do about it, with a space before it; empty when nothing is known. */
function advice(status: number, message: string): string {
  if (message.startsWith('Automatic deployments are disabled'))
    return ' Switch on Auto Deploy of the service.';
  if (status === 404) {
    return ' Its token was rotated, or belongs to another kind of service: copy the address again.';
  }
  if (/^(Branch|Watch Paths) Not Match$/.test(message)) {
    return ' The service follows another branch or other files.';
  }
  if (message.startsWith('Application')) return ' The application has another image than the one sent.';
  if (status === 308) return ' The address is not the one Dokploy shows; redirects are not followed.';
  return '';
}

function secretsIn(url: URL): string[] {
  return [url.href, url.pathname, url.pathname.split('/').at(-1) ?? ''];
}
