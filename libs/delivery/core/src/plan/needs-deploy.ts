import { shortDigest } from '../image/digest.ts';
import { compareWith, previousOf, type Snapshot } from './snapshot.ts';

/** Whether a deploy is needed, and why. */
export interface DeployNeed {
  readonly needed: boolean;
  /** For people: `it runs fingerprint 03995a1f4e01, not 77aa…`. */
  readonly message: string;
}

/**
 * Whether the environment has to get this checkout's content, by what runs there and not by what some run of CI
 * did last. Only what is known to run counts as running: silence, a stranger's answer and an image nobody pinned
 * all need a deploy.
 */
export function needsDeploy(snapshot: Snapshot): DeployNeed {
  const need = (message: string): DeployNeed => ({ needed: true, message });
  const previous = previousOf(snapshot);
  if (previous === null) return need('no release of it is known there');
  const { state, message } = compareWith(snapshot, snapshot.fingerprint);
  if (state !== 'right') return need(message);
  const { image, target, runs } = snapshot;
  if (image === null) return need('it runs this content, but the registry does not have the image');
  if (runs === image) return { needed: false, message: `${target.name} runs it already` };
  return need(
    `it runs this content, but is pinned to ${shortDigest(runs ?? previous.image.digest)}, not ${shortDigest(image)}`,
  );
}
