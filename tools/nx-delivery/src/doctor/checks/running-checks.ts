import { freezeOf } from '@ehr/delivery-core';
import { parseHealthReport } from '@ehr/health';
import { fail, ok, unknown, warn } from '../finding.ts';
import type { Check } from '../finding.ts';
import type { Subject } from '../open-subject.ts';
import { noImage } from './image-checks.ts';

/** What answers, and whether it is what should. */
export const runningChecks = {
  'public-route': async (subject) => {
    const { service } = (await subject.service()).options;
    const answer = await subject.answer();
    if (answer === null) return warn('the service never ran here', FIRST_DEPLOY);
    const { url, probe } = answer;
    if (probe.kind === 'silence') {
      const message = `nothing answers at ${url} (${probe.reason})`;
      return (await wasReleased(subject))
        ? fail(message)
        : warn(`${message}; nothing was released here yet`, FIRST_DEPLOY);
    }
    const report = parseHealthReport(probe.body);
    if ('problem' in report)
      return fail(`${url} answers ${probe.status}, but with no health report: ${report.problem}`);
    if (report.service !== service) return fail(`it is ${report.service} that answers at ${url}`);
    const failing = Object.entries(report.checks).filter(([, { status }]) => status === 'fail');
    if (report.status === 'fail' || probe.status !== 200) {
      return fail(
        `answers at ${url}, not healthy (${failing.map(([name]) => name).join(', ') || probe.status})`,
      );
    }
    return ok(`answers at ${url}`);
  },
  'running-image': async (subject) => {
    const image = await subject.image();
    if (image === null) return noImage(subject);
    const { service, environment } = (await subject.service()).options;
    const answer = await subject.answer();
    const report =
      answer?.probe.kind === 'answer' ? parseHealthReport(answer.probe.body) : { problem: 'silence' };
    if ('problem' in report || report.service !== service) {
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
async function wasReleased(subject: Subject): Promise<boolean> {
  const { environment } = (await subject.service()).options;
  const journal = await subject.journal().catch(() => null);
  return journal?.some((entry) => entry.kind === 'released' && entry.environment === environment) ?? true;
}
