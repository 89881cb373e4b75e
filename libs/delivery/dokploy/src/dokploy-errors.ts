import { DeliveryError, type ErrorCatalog, errorsOf } from '@ehr/delivery-core';

/** The ways in which Dokploy refuses or fails, by its API and by its webhooks. */
export const dokployErrors = {
  DOKPLOY_UNREACHABLE: {
    message: 'Dokploy did not answer, also after retries.',
    hint: 'Check DOKPLOY_URL (scheme, host, port; no redirect is followed) and that Dokploy is up: GET /api/health.',
  },
  DOKPLOY_UNAUTHORIZED: {
    message: 'Dokploy does not accept the API key, or its user may not do this.',
    hint: 'Ask an owner of this Dokploy to give the key’s user access to the service (Settings → Users), or check DOKPLOY_API_KEY; a key without a switched-off rate limit also looks like this.',
  },
  DOKPLOY_THROTTLED: {
    message:
      'Dokploy refuses a key that worked a moment ago: its rate limit is used up. Dokploy says 401 for that.',
    hint: 'Make the key in Dokploy’s web interface, or through the API with `rateLimitEnabled: false`; the default is ten checks a day, two for each call.',
    verdict: 'platform-throttled',
  },
  DOKPLOY_REFUSED: {
    message:
      'Dokploy answered with an error that a retry will not change, or in a way this tool does not know.',
    hint: 'Read the status and message above; `doctor` checks the address, the key, the id and the version.',
  },
  DOKPLOY_SERVICE_UNFIT: {
    message: 'The service in Dokploy is not set up so that an image can be pinned in it.',
    hint: 'Set it up as the message says, or let `dokploy-setup` do it.',
    effect: 'none',
  },
  DOKPLOY_PIN_LOST: {
    message: 'Dokploy does not hold the image that was written to it: something else changed it.',
    hint: 'Find out who else writes to this service (a person, another pipeline), then run again.',
    effect: 'none',
  },
  DOKPLOY_BUSY: {
    message: 'Earlier deploys of this service did not end in time; nothing was changed.',
    hint: 'Look at the queue in Dokploy; a deploy that hangs blocks all others until Dokploy is restarted.',
    effect: 'none',
  },
  DOKPLOY_DEPLOY_FAILED: {
    message: 'Dokploy’s record of this deploy ended with an error.',
    hint: 'The log above is Dokploy’s; look at what runs, too: a port conflict takes the old container away, a failed pull does not.',
    final: true,
  },
  DOKPLOY_NOT_STARTED: {
    message: 'Docker created the new container and could not start it; the previous one was gone by then.',
    hint: 'Dokploy’s log above says why. Of a port that is taken: free it on the host, or publish another one (`dokploy-setup --publishPort`), and deploy again.',
    effect: 'stopped',
  },
  DOKPLOY_DEPLOY_CANCELLED: {
    message: 'Dokploy was restarted during this deploy; its containers may be up all the same.',
    hint: 'Look at what answers, then run the same command again.',
  },
  DOKPLOY_NEVER_STARTED: {
    message:
      'Dokploy accepted this deploy and then lost it: it neither waits nor has a record. A restart empties the queue.',
    hint: 'Nothing was rolled out; run the same command again.',
    effect: 'none',
  },
  DOKPLOY_RECORD_VANISHED: {
    message: 'Dokploy’s record of this deploy was there and is gone, so how it ended cannot be told.',
    hint: 'Dokploy keeps eleven records for a service; look at what answers, then run again.',
  },
  DOKPLOY_TIMEOUT: {
    message: 'This deploy did not end in time; it may still end.',
    hint: 'Look at it in Dokploy; raise the time allowed if the image is large.',
  },
  WEBHOOK_REFUSED: {
    message: 'The Dokploy webhook did not start a deploy, whatever its status.',
    hint: 'Read the message above: automatic deploys may be off, the token rotated, or the image or branch another one.',
    effect: 'none',
  },
} as const satisfies ErrorCatalog;

/** A code of this catalogue. */
export type DokployErrorCode = keyof typeof dokployErrors;

/** Makes an error of this catalogue. */
export const dokployError = errorsOf(dokployErrors);

/** The same failure where it is known that nothing was rolled out: there is nothing to undo. */
export function untouched(error: unknown): unknown {
  if (!(error instanceof DeliveryError)) return error;
  const { code, message, hint, verdict, cause } = error;
  return new DeliveryError(code, message, {
    hint,
    verdict,
    effect: 'none',
    ...(cause !== undefined && { cause }),
  });
}
