import { compareRunning, freezeOf } from '@ehr/delivery-core';
import { fail, ok, unknown, warn, type Check } from '../finding.ts';
import type { Subject } from '../open-subject.ts';
import { noImage } from './image-checks.ts';

/** What answers, and whether it is what should. */
export const runningChecks = {
  'public-route': async (subject) => {
    const answer = await subject.answer();
    if (answer === null) return warn('the service never ran here', FIRST_DEPLOY);
    const { url, probe } = answer;
    const { state, message } = compareRunning(probe, { service: subject.service, fingerprint: null });
    if (state === 'right') return ok(`answers at ${url}`);
    const what = `at ${url}: ${message}`;
    if (probe.kind === 'answer' || (await wasEverReleased(subject))) return fail(what);
    return warn(`${what}; nothing was released here yet`, FIRST_DEPLOY);
  },
  'running-image': async (subject) => {
    const image = await subject.image();
    if (image === null) return noImage(subject);
    const { service, environment } = subject;
    const answer = await subject.answer();
    const { state, report } = compareRunning(answer?.probe ?? null, {
      service,
      fingerprint: image.fingerprint,
    });
    if (report === null || state === 'wrong-service') {
      return unknown('the service does not say what it is', 'See `public-route`.');
    }
    const runs = report.fingerprint.slice(0, 12);
    if (report.fingerprint === image.fingerprint) return ok(`runs ${runs}, which tag ${environment} names`);
    const message = `runs ${runs}, while tag ${environment} names ${image.fingerprint.slice(0, 12)}`;
    return freezeOf(await subject.journal(), environment) === undefined
      ? fail(message)
      : warn(`${message}, after a rollback`);
  },
} satisfies Record<string, Check>;

const FIRST_DEPLOY = 'Deploy the service to the environment.';

/** Whether the journal knows a release; a journal that cannot be read counts as one that does. */
async function wasEverReleased(subject: Subject): Promise<boolean> {
  const { environment } = subject;
  const journal = await subject.journal().catch(() => null);
  return journal?.some((entry) => entry.kind === 'released' && entry.environment === environment) ?? true;
}
