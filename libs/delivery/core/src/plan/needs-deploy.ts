import { shortDigest } from '../image/digest.ts';
import { previousOf } from './read-snapshot.ts';
import type { Snapshot } from './read-snapshot.ts';

export interface DeployNeed {
  readonly needed: boolean;
  /** One sentence part, for people: `it runs fingerprint 03995a1f4e01, the checkout is 77aa…`. */
  readonly why: string;
}

/**
 * Whether the environment has to get this checkout's content, by what runs there and not by what some run of CI
 * did last. Only what is known to run counts as running: silence, a stranger's answer and an image nobody pinned
 * all need a deploy.
 */
export function needsDeploy(snapshot: Snapshot, service: string): DeployNeed {
  const { image, running, fingerprint, target } = snapshot;
  const need = (why: string): DeployNeed => ({ needed: true, why });
  const previous = previousOf(snapshot);
  if (previous === null) return need('no release of it is known there');
  if (running === null) return need('nothing answers there');
  if (running.service !== service) return need(`it is ${running.service} that answers there`);
  if (running.fingerprint !== fingerprint) {
    return need(
      `it runs fingerprint ${running.fingerprint.slice(0, 12)}, this checkout is ${fingerprint.slice(0, 12)}`,
    );
  }
  if (running.status === 'fail') return need('it runs this content, but its health fails');
  if (image === null) return need('it runs this content, but the registry does not have the image');
  if (previous.digest !== image) {
    return need(
      `it runs this content, but is pinned to ${shortDigest(previous.digest)}, not ${shortDigest(image)}`,
    );
  }
  return { needed: false, why: `${target.name} runs it already` };
}
