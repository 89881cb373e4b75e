import { compareRunning, keepsData, restartsOf, type TargetState } from '@ehr/delivery-core';
import { type Check, fail, notUsed, ok, unknown, warn } from '../finding.ts';
import { valueOf } from '../inspect-dokploy.ts';
import type { Subject } from '../open-subject.ts';

/** The service as it runs: who answers, what it warns of, how steady it is, and whether its data stays. */
export const serviceChecks = {
  'public-route': async (subject) => {
    const answer = await subject.answer();
    if (answer === null) return warn('no container of it runs here', FIRST_DEPLOY);
    const { url, probe } = answer;
    const { service, environment } = subject;
    const { state, message, report } = compareRunning(probe, { service, environment, fingerprint: null });
    const what = `at ${url}: ${message}`;
    if (state === 'wrong-environment') return fail(what, FOREIGN);
    const known = await knownFingerprints(subject);
    if (report === null || state !== 'right') {
      if (probe.kind === 'answer' || known === null || known.size > 0) return fail(what);
      return warn(`${what}; nothing was released here yet`, FIRST_DEPLOY);
    }
    if (known?.has(report.fingerprint) === true) return ok(`answers at ${url}`);
    // The name alone may be another server's service of the same kind.
    const answers = `answers at ${url} with fingerprint ${report.fingerprint.slice(0, 12)}`;
    if (known === null) return unknown(`${answers}; what was released here cannot be read`, 'See `journal`.');
    return known.size === 0
      ? warn(`${answers}, and nothing was released here yet`, FOREIGN)
      : fail(`${answers}, which was never released to ${environment}`, FOREIGN);
  },
  'service-warnings': async (subject) => {
    const answer = await subject.answer();
    const { service, environment } = subject;
    const { report } = compareRunning(answer?.probe ?? null, { service, environment, fingerprint: null });
    if (report === null) return unknown('the service does not answer', 'See `public-route`.');
    const warnings = Object.entries(report.checks).filter(([, { status }]) => status === 'warn');
    if (warnings.length === 0) return ok('it warns of nothing');
    return warn(warnings.map(([name, { detail }]) => (detail ? `${name}: ${detail}` : name)).join('; '));
  },
  'service-restarts': async (subject) => {
    const restarts = restartsOf(await (await subject.target()).replicas());
    if (restarts === null) {
      return (await subject.dokploy()).kind === 'not-used'
        ? unknown('no container of it is here', FIRST_DEPLOY)
        : unknown(
            'Dokploy shows no container of it',
            'Once it runs, a key that may look into Docker sees it.',
          );
    }
    return restarts === 0 ? ok('none') : warn(`${restarts} since it was started with this image`);
  },
  'data-kept': async (subject) => {
    const place = await subject.dataPlace();
    if (place === null) return notUsed('its image keeps no data');
    if (subject.environment === 'local') return notUsed('a laptop may lose it');
    const { kept, hasDatabase, acceptsEmbedded } = await dataIn(subject, place.unless);
    if (kept === null) return unknown('the platform does not tell');
    if (!kept)
      return fail(
        `nothing is mounted at ${place.path}${place.unless ? `, and ${place.unless} is not set` : ''}`,
      );
    if (subject.environment !== 'dev' && hasDatabase === false) {
      const message = `${place.unless ?? 'a database'} is not set`;
      return acceptsEmbedded
        ? warn(`${message}: ${subject.environment} keeps its records in an embedded database`)
        : fail(`${message}: the service does not start in ${subject.environment} without it`, DATABASE);
    }
    return ok(
      hasDatabase === true ? `${place.unless ?? ''} is set` : `something is mounted at ${place.path}`,
    );
  },
} satisfies Record<string, Check>;

const FIRST_DEPLOY = 'Deploy the service to the environment.';
const DATABASE =
  'Set DATABASE_URL for the service (in Dokploy: the internal connection URL of a PostgreSQL service), or accept the embedded database with EHR_ALLOW_EMBEDDED_DATABASE=true.';
const FOREIGN =
  'Check <PREFIX>_PUBLIC_URL and the route: another service of the same name answers there, or somebody rolled it out by hand.';

/** What the service's set-up says of its data, by the place where it runs. */
async function dataIn(subject: Subject, unless: string | null): Promise<DataFacts> {
  const dokploy = await subject.dokploy();
  if (dokploy.kind === 'inspected') {
    const { mounts, filled } = valueOf(dokploy.facts.service);
    const hasDatabase = unless !== null && filled.includes(unless);
    const setting = (name: string) => (filled.includes(name) ? 'set' : undefined);
    const place = await subject.dataPlace();
    const kept = mounts === null && !hasDatabase ? null : keepsData(place, { mounts: mounts ?? [], setting });
    return { kept, hasDatabase, acceptsEmbedded: valueOf(dokploy.facts.service).acceptsEmbeddedDatabase };
  }
  if (dokploy.kind === 'webhook-only') return { kept: null, hasDatabase: null, acceptsEmbedded: false };
  const { keepsData: kept } = await (await subject.target()).inspect();
  const { setting } = await subject.settings();
  const hasDatabase = unless === null ? null : setting(unless) !== undefined;
  return { kept, hasDatabase, acceptsEmbedded: setting('EHR_ALLOW_EMBEDDED_DATABASE') === 'true' };
}

interface DataFacts {
  readonly kept: TargetState['keepsData'];
  readonly hasDatabase: boolean | null;
  readonly acceptsEmbedded: boolean;
}

/** Of what was released to the environment, and of what its tag names; null when neither can be read. */
async function knownFingerprints(subject: Subject): Promise<ReadonlySet<string> | null> {
  const journal = await subject.journal().catch(() => null);
  const image = await subject.image().catch(() => null);
  if (journal === null && image === null) return null;
  const released = (journal?.entries ?? []).filter(
    ({ kind, environment }) => kind === 'released' && environment === subject.environment,
  );
  return new Set([...released, ...(image === null ? [] : [image])].map(({ fingerprint }) => fingerprint));
}
