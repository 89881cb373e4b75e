import { activeLocks, freezeOf, isBlocked, shortDigest } from '@ehr/delivery-core';
import { fail, ok, warn, type Check } from '../finding.ts';
import { noImage } from './image-checks.ts';

/** What the journal says stands in the way of a deploy. */
export const journalChecks = {
  'image-blocked': async (subject) => {
    const image = await subject.image();
    if (image === null) return noImage(subject);
    const digest = shortDigest(image.digest);
    return isBlocked(await subject.journal(), image.digest)
      ? fail(`${digest} is blocked`)
      : ok(`${digest} is not blocked`);
  },
  'environment-frozen': async (subject) => {
    const { environment } = subject;
    const freeze = freezeOf(await subject.journal(), environment);
    return freeze === undefined ? ok('not frozen') : warn(`frozen at ${freeze.digest} since ${freeze.at}`);
  },
  'deploy-running': async (subject) => {
    const { environment } = subject;
    const [lock] = activeLocks(await subject.journal(), environment, subject.now());
    if (lock === undefined) return ok('no other run is at work');
    return warn(`${(await subject.readEntry(lock.tag))?.reason ?? 'another run'}, since ${lock.at}`);
  },
} satisfies Record<string, Check>;
