import { activeLeases, holdOf, isBarred, shortDigest } from '@ehr/delivery-core';
import { fail, ok, warn } from '../finding.ts';
import type { Check } from '../finding.ts';
import { noImage } from './image-checks.ts';

/** What the journal says stands in the way of a deploy. */
export const journalChecks = {
  'image-barred': async (subject) => {
    const image = await subject.image();
    if (image === null) return noImage(subject);
    const digest = shortDigest(image.digest);
    return isBarred(await subject.journal(), image.digest)
      ? fail(`${digest} is barred`)
      : ok(`${digest} is not barred`);
  },
  'environment-held': async (subject) => {
    const { environment } = (await subject.service()).options;
    const hold = holdOf(await subject.journal(), environment);
    return hold === undefined ? ok('not held') : warn(`held at ${hold.digest} since ${hold.at}`);
  },
  'deploy-running': async (subject) => {
    const { environment } = (await subject.service()).options;
    const [lease] = activeLeases(await subject.journal(), environment, subject.now());
    if (lease === undefined) return ok('no other run is at work');
    return warn(`${(await subject.readEntry(lease.tag))?.reason ?? 'another run'}, since ${lease.at}`);
  },
} satisfies Record<string, Check>;
