import { shortDigest } from '@ehr/delivery-core';
import { fail, ok, unknown, warn, type Answer, type Check } from '../finding.ts';
import type { Subject } from '../open-subject.ts';

/** The image the environment's tag names. */
export const imageChecks = {
  'environment-tag': async (subject) => {
    const image = await subject.image();
    const { environment } = subject;
    if (image !== null) return ok(`${environment} names ${shortDigest(image.digest)}`);
    const message = `there is no tag ${environment}`;
    // A webhook deploys what the tag names; every other way moves it first.
    return (await subject.destination()).via === 'webhook' ? fail(message) : warn(message);
  },
  'image-platforms': async (subject) => {
    const image = await subject.image();
    if (image === null) return noImage(subject);
    const { platforms } = await subject.facts();
    const missing = platforms.filter((platform) => !image.platforms.includes(platform));
    if (missing.length === 0) return ok(platforms.join(', '));
    return fail(`${missing.join(', ')} missing; it has ${image.platforms.join(', ')}`);
  },
} satisfies Record<string, Check>;

/** For the checks of an image that is not there yet. */
export async function noImage(subject: Subject): Promise<Answer> {
  const { environment } = subject;
  return unknown(`there is no tag ${environment}`, 'Deploy the service to the environment first.');
}
