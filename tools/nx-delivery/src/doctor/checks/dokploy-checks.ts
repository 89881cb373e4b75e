import { DOCKER_HUB, formatDuration, hasCode, type Secret } from '@ehr/delivery-core';
import { type DokployFacts, knownVersions, type ServiceFacts } from '@ehr/delivery-dokploy';
import { type Answer, type Check, fail, notUsed, ok, unknown, warn, whether } from '../finding.ts';
import { valueOf } from '../inspect-dokploy.ts';

/** A job that is there longer than this hangs: no deploy waits for its containers half as long. */
const STUCK_MS = 15 * 60_000;

/** The Dokploy server, our way into it, and how the service is set up there. */
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
      const { error } = service;
      const noAccess =
        'Give the key’s user access to the service in Dokploy; to such a user a wrong id looks the same.';
      if (error.code === 'DOKPLOY_UNAUTHORIZED') return fail(error.message, noAccess);
      return (error.code === 'DOKPLOY_REFUSED' ? fail : unknown)(error.message);
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
  'dokploy-auto-deploy': ofService(({ autoDeploy }, byWebhook) => {
    if (autoDeploy) return ok('on');
    return byWebhook ? fail('off: the webhook is refused') : warn('off: webhooks would be refused');
  }),
  'dokploy-pin': ofService(({ pinIsUsed, pinned, revision }, byWebhook) => {
    if (byWebhook && pinned?.includes('@') === true) {
      return fail(
        `holds ${pinned}, which a deploy by the API left behind: a webhook deploys that image again, whatever the tag names`,
        LEFT_BEHIND,
      );
    }
    if (byWebhook && revision !== null && !['', 'unknown'].includes(revision)) {
      return warn(
        `the revision ${revision} was left behind by a deploy by the API: the service reports it, whatever image a webhook deployed`,
        LEFT_BEHIND,
      );
    }
    if (byWebhook) return ok('a webhook deploys what the tag names');
    if (pinIsUsed === null) {
      return unknown(
        'the compose file lies in Git, where it cannot be read',
        'See that the file in Git uses the variable.',
      );
    }
    if (!pinIsUsed) return fail('what a deploy writes changes nothing');
    return ok(pinned === null || pinned === '' ? 'used; nothing is pinned yet' : `set to ${pinned}`);
  }),
  'dokploy-done-healthy': ofService(({ doneMeansHealthy, type }) => {
    if (doneMeansHealthy) return ok('done means healthy');
    if (type !== 'compose') return notUsed('Docker Swarm starts it; the verification decides');
    return warn('done means no more than started; the containers and the verification decide');
  }),
  'dokploy-update-rules': ofService(({ takesBack, type }) => {
    if (type === 'compose') return notUsed('Docker compose has none; a failed deploy is undone');
    if (takesBack === null) return unknown('the stack’s file lies in Git, where it cannot be read');
    return takesBack
      ? ok('Docker Swarm puts the previous version back')
      : fail('Docker Swarm stops the previous version first, and stops there when the new one fails');
  }),
  'dokploy-pull': ofService(({ pulls, pullsAlways }, byWebhook) => {
    if (byWebhook) {
      return pulls
        ? ok('pulled at every deploy')
        : fail(
            'a moved tag is not pulled: the webhook deploys the old image',
            'Put `--pull always` into the service’s command in Dokploy, or `pull_policy: always` into its compose file.',
          );
    }
    return pullsAlways
      ? warn('the registry is asked even for what the host has: while it is down nothing can be put back')
      : ok('a pinned digest is pulled where the host lacks it');
  }),
  'dokploy-registry-login': async (subject) => {
    const dokploy = await subject.dokploy();
    if (dokploy.kind === 'inspected' && (await (await subject.registry()).isPublic())) {
      return notUsed('everybody may read the repository');
    }
    const { registry } = await subject.settings();
    return ofDokploy(async ({ service, registries }) => {
      const own = service.known ? service.value.ownLogin : null;
      const mayNot = !registries.known && registries.error.code === 'DOKPLOY_UNAUTHORIZED';
      // A key that sees the service is a good one.
      if (service.known && mayNot && !(own !== null && 'username' in own))
        return unknown('a member’s key may not look at it', WITH_OWNERS_KEY);
      const login = loginFor(own, registries, registry);
      if (login === undefined) return fail(`none for ${registry}, which refuses strangers`);
      try {
        await (await subject.registryAs(login)).read();
      } catch (error) {
        if (!hasCode(error, 'REGISTRY_UNAUTHORIZED', 'REGISTRY_REFUSED')) throw error;
        return fail(
          `${registry} does not let Dokploy pull as ${login.username}: its token was changed or taken back, or lacks the repository`,
        );
      }
      return ok(`signs in to ${registry} as ${login.username}, who may pull`);
    })(subject);
  },
  'dokploy-variables': async (subject) => {
    const { variablePrefix } = await subject.facts();
    return ofService(({ missingVariables }, byWebhook) => {
      // By the API a deploy writes these itself, before it triggers.
      const written = byWebhook
        ? []
        : ['IMAGE_TAG', 'REVISION', 'VERSION'].map((end) => `${variablePrefix}_${end}`);
      const missing = missingVariables.filter((name) => !written.includes(name));
      return missing.length === 0 ? ok('all set') : fail(`${missing.join(', ')} not set`);
    })(subject);
  },
  'dokploy-own-name': async (subject) =>
    ofService(({ hosts }) => {
      const shared = Object.entries(hosts).filter(([, host]) => subject.services.includes(host));
      if (shared.length === 0) return ok('no name that another environment shares');
      const what = shared.map(([variable, host]) => `${variable} is ${host}`).join(', ');
      return fail(
        `${what}, a name that every environment on this server has: it may lead to another one’s records`,
      );
    })(subject),
} satisfies Record<string, Check>;

const LEFT_BEHIND =
  'Run `dokploy-setup` once more while DOKPLOY_URL and an owner’s DOKPLOY_API_KEY are set: it sets it back. Then take DOKPLOY_URL out again.';

const WITH_OWNERS_KEY =
  'Deploys do not need it. To ask, run doctor once with an owner’s DOKPLOY_API_KEY in the process environment.';

const NOT_USED = notUsed('docker compose deploys here, not Dokploy');

/** A check over what Dokploy's API told. */
function ofDokploy(judge: (facts: DokployFacts, byWebhook: boolean) => Answer | Promise<Answer>): Check {
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

function ofService(judge: (service: ServiceFacts, byWebhook: boolean) => Answer): Check {
  return ofDokploy(({ service }, byWebhook) => judge(valueOf(service), byWebhook));
}

/** With what Dokploy pulls from a registry: the service's own log-in, or the server's. */
function loginFor(
  own: ServiceFacts['ownLogin'],
  registries: DokployFacts['registries'],
  registry: string,
): { readonly username: string; readonly password: Secret } | undefined {
  if (own !== null && 'username' in own) return own;
  return valueOf(registries).find(({ registryId, registryUrl }) =>
    own === null ? isSameHost(registryUrl, registry) : registryId === own.registryId,
  );
}

/** Docker Hub is written in several ways. */
function isSameHost(entry: string, registry: string): boolean {
  const host = entry.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return host === registry || (registry === DOCKER_HUB && /^((index|registry-1)\.docker\.io)?$/.test(host));
}
