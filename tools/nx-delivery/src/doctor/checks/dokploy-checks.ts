import { formatDuration, hasCode } from '@ehr/delivery-core';
import { knownVersions, type DokployFacts } from '@ehr/delivery-dokploy';
import { valueOf } from '../inspect-dokploy.ts';
import { fail, notUsed, ok, unknown, warn, whether, type Answer, type Check } from '../finding.ts';

/** A job that is there longer than this hangs: no deploy waits for its containers half as long. */
const STUCK_MS = 15 * 60_000;

/** The Dokploy server and our way into it. */
export const dokployChecks = {
  'dokploy-reachable': async (subject) => {
    const dokploy = await subject.dokploy();
    if (dokploy.kind === 'not-used') return NOT_USED;
    return whether(async () => {
      if (dokploy.kind === 'webhook-only') await dokploy.ping();
      else valueOf(dokploy.facts.reachable);
      return 'answers';
    }, ['DOKPLOY_UNREACHABLE', 'DOKPLOY_REFUSED', 'OPTIONS_INVALID']);
  },
  'dokploy-key': ofDokploy(({ version, ...others }) => {
    const throttled = [version, ...Object.values(others)].find(
      (fact) => !fact.known && fact.error.code === 'DOKPLOY_THROTTLED',
    );
    if (throttled !== undefined && !throttled.known) return fail(`throttled: ${throttled.error.message}`);
    return whether(async () => {
      valueOf(version);
      return 'accepted';
    }, ['DOKPLOY_UNAUTHORIZED']);
  }),
  'dokploy-version': ofDokploy(({ version }) => {
    const found = valueOf(version);
    if (knownVersions.includes(found)) return ok(found);
    return warn(`${found}; tested with ${knownVersions.join(', ')}`);
  }),
  'dokploy-service': ofDokploy(({ version, service }) => {
    if (!service.known) {
      valueOf(version);
      // With a key that works, 404 and 401 both mean this service.
      const isGone = hasCode(service.error, 'DOKPLOY_REFUSED', 'DOKPLOY_UNAUTHORIZED');
      return (isGone ? fail : unknown)(service.error.message);
    }
    const { name, place, kindMatches } = service.value;
    if (!kindMatches) {
      return fail(
        `${name} is there, but a compose file of the other type`,
        'A stack goes with DOKPLOY_<PREFIX>_STACK_ID, a Docker compose with DOKPLOY_<PREFIX>_COMPOSE_ID.',
      );
    }
    return ok(place === null ? name : `${place} / ${name}`);
  }),
  'dokploy-queue': ofDokploy(({ queued }) => {
    const { all, ofService, oldestMs } = valueOf(queued);
    if (all === 0) return ok('empty');
    const message = `${all} waiting or running, ${ofService} of this service, the first for ${formatDuration(oldestMs)}`;
    return oldestMs > STUCK_MS ? fail(message) : ok(message);
  }),
} satisfies Record<string, Check>;

const NOT_USED = notUsed('docker compose deploys here, not Dokploy');

/** A check over what Dokploy's API told. */
export function ofDokploy(
  judge: (facts: DokployFacts, byWebhook: boolean) => Answer | Promise<Answer>,
): Check {
  return async (subject) => {
    const dokploy = await subject.dokploy();
    if (dokploy.kind === 'not-used') return NOT_USED;
    if (dokploy.kind === 'inspected') return judge(dokploy.facts, dokploy.byWebhook);
    return unknown(
      'a webhook tells nothing of this',
      'Set DOKPLOY_API_KEY and the service’s id, too, and doctor asks; the deploy stays with the webhook.',
    );
  };
}
