import { DOCKER_HUB, formatDuration } from '@ehr/delivery-core';
import { notUsed, ok, warn, fail, whether, type Check } from '../finding.ts';

/** The registry, and what our sign-in may do there. */
export const registryChecks = {
  'registry-reachable': (subject) =>
    whether(async () => {
      await (await subject.registry()).reach();
      return `${(await subject.settings()).registry} answers`;
    }, ['REGISTRY_UNREACHABLE', 'REGISTRY_REFUSED']),
  'registry-read': (subject) =>
    whether(async () => {
      await (await subject.registry()).read();
      return 'may be read';
    }, ['REGISTRY_UNAUTHORIZED', 'REGISTRY_REFUSED']),
  'registry-write': (subject) =>
    whether(async () => {
      await (await subject.registry()).write();
      return 'may be written; an upload was begun and cancelled';
    }, ['REGISTRY_UNAUTHORIZED', 'REGISTRY_REFUSED']),
  'registry-rate-limit': async (subject) => {
    const { registry } = await subject.settings();
    if (registry !== DOCKER_HUB) return notUsed('not told; only Docker Hub tells');
    const left = await (await subject.registry()).rateLimit();
    if (left === null) return ok('not told: no limit');
    const { remaining, limit, windowSeconds } = left;
    const message = `${remaining} of ${limit} pulls left in ${formatDuration(windowSeconds * 1000)}`;
    if (remaining === 0) return fail(message);
    return remaining < limit / 10 ? warn(message) : ok(message);
  },
} satisfies Record<string, Check>;
