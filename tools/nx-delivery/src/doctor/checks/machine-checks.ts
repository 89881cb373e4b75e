import { DOCKER_HUB, formatDuration, isPinned, parseReference, standInForName } from '@ehr/delivery-core';
import { execa } from 'execa';
import { checkBuilder, lastLine } from '../../image/build-image.ts';
import { collectProblems } from '../../wiring/open-service.ts';
import { type Check, fail, notUsed, ok, warn, whether } from '../finding.ts';

/** This machine (settings, engine and builder), the registry, and what our sign-in may do there. */
export const machineChecks = {
  settings: (subject) =>
    whether(async () => {
      const problems = collectProblems();
      const settings = await problems.read(subject.settings);
      const facts = await problems.read(subject.facts);
      const destination = facts && (await problems.read(subject.destination));
      problems.refuse();
      return `${settings?.registry}/${settings?.namespace}, deployed by ${WAYS[destination?.via ?? 'docker compose']}`;
    }, ['OPTIONS_INVALID']),
  engine: async ({ directory }) => {
    const { failed, stdout, stderr, code } = await execa(
      'docker',
      ['version', '--format', '{{.Server.Version}}'],
      {
        cwd: directory,
        reject: false,
        stdin: 'ignore',
        timeout: 15_000,
      },
    );
    if (!failed) return ok(`Docker ${stdout.trim()} answers`);
    return fail(
      code === 'ENOENT' ? 'There is no `docker` command.' : lastLine(stderr) || 'The engine does not answer.',
    );
  },
  builder: ({ directory }) =>
    whether(async () => {
      await checkBuilder(directory);
      return 'builds several platforms into an OCI layout';
    }, ['ENGINE_SINGLE_PLATFORM']),
  'base-image': async (subject) => {
    const base = await subject.base();
    const standInFor = standInForName(base);
    if (standInFor !== null)
      return warn(`builds on this machine’s stand-in for ${standInFor}`, BACK_TO_IMAGE);
    if (isPinned(parseReference(base) ?? null)) return ok(base);
    return warn(
      `${base} is not pinned by digest: whatever it names on the day is built on, and counts as the same`,
    );
  },
  'registry-reachable': (subject) =>
    whether(async () => {
      await (await subject.registry()).reach();
      return `${(await subject.settings()).registry} answers`;
    }, ['REGISTRY_UNREACHABLE', 'REGISTRY_REFUSED']),
  'registry-read': (subject) =>
    whether(async () => {
      const registry = await subject.registry();
      await registry.read();
      return (await registry.isPublic())
        ? 'everybody may read it: it is public'
        : 'may be read with the sign-in alone';
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

const BACK_TO_IMAGE =
  'It is for `local` and registries on loopback. `npm start -- --prepare` takes it away where Docker Hub can be reached.';

const WAYS = { dokploy: 'Dokploy’s API', webhook: 'a Dokploy webhook', 'docker compose': 'docker compose' };
