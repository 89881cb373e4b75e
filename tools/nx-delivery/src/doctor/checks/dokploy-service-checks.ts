import type { ServiceFacts } from '@ehr/delivery-dokploy';
import { DOCKER_HUB } from '@ehr/delivery-core';
import { valueOf } from '../inspect-dokploy.ts';
import { fail, notUsed, ok, unknown, warn, type Answer, type Check } from '../finding.ts';
import { ofDokploy } from './dokploy-checks.ts';

/** How the service is set up in Dokploy. */
export const dokployServiceChecks = {
  'dokploy-auto-deploy': ofService(({ autoDeploy }, byWebhook) => {
    if (autoDeploy) return ok('on');
    return byWebhook ? fail('off: the webhook is refused') : warn('off: webhooks would be refused');
  }),
  'dokploy-pin': ofService(({ pinIsUsed, pinned }, byWebhook) => {
    if (byWebhook) return notUsed('a webhook deploys what the tag names');
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
  'dokploy-pull': ofService(({ pulls }, byWebhook) => {
    if (pulls) return ok('pulled at every deploy');
    return byWebhook
      ? fail('a moved tag is not pulled: the webhook deploys the old image')
      : ok('not pulled; a pinned digest is new by name');
  }),
  'dokploy-registry-login': async (subject) => {
    const dokploy = await subject.dokploy();
    if (dokploy.kind === 'inspected' && (await (await subject.registry()).isPublic())) {
      return notUsed('everybody may read the repository');
    }
    const { registry } = await subject.settings();
    return ofDokploy(({ service, registries }) => {
      if (service.known && service.value.hasOwnLogin) return ok('the service has a log-in of its own');
      if (valueOf(registries).some(({ registryUrl }) => isSameHost(registryUrl, registry)))
        return ok(`has one for ${registry}`);
      return fail(`none for ${registry}, which refuses strangers`);
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
} satisfies Record<string, Check>;

function ofService(judge: (service: ServiceFacts, byWebhook: boolean) => Answer): Check {
  return ofDokploy(({ service }, byWebhook) => judge(valueOf(service), byWebhook));
}

/** Docker Hub is written in several ways. */
function isSameHost(entry: string, registry: string): boolean {
  const host = entry.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return host === registry || (registry === DOCKER_HUB && /^((index|registry-1)\.docker\.io)?$/.test(host));
}
