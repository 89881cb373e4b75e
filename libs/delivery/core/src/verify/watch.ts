import { coreError } from '../errors/catalog.ts';
import type { Digest } from '../image/digest.ts';
import type { Replica, Target } from '../ports.ts';
import { restartsOf } from './restarts-of.ts';

/** Who answers for a service while it is watched, and what the platform tells of its containers. */
export interface Watch {
  /**
   * An instance gave a right answer; null when its image does not tell. True when it was not seen before while the
   * service is watched: then the watch has to begin again, for nobody knows whether it is one more or a restart.
   * @throws SERVICE_RESTARTS when it can only be one that was started again
   */
  meet(instance: string | null, isWatched: boolean): Promise<boolean>;
  /** A watched service gave another answer, or none. */
  fall(): void;
  /** Whether it did so at some time. */
  fell(): boolean;
  /** Counts the containers with which the watch begins. */
  begin(): Promise<void>;
  /**
   * Null when the same containers are there as at the beginning, and no others; else what is wrong, for people.
   * @throws SERVICE_RESTARTS when one was started again
   */
  end(): Promise<string | null>;
}

/** Watches an image's containers on a target. */
export function createWatch(digest: Digest, target: Pick<Target, 'replicas'>): Watch {
  const known = new Set<string>();
  let hasFallen = false;
  /** Running containers at the beginning of the watch; null when the platform does not tell. */
  let atFirst: { readonly running: number; readonly restarts: number } | null = null;

  const read = async () => {
    // The service's own answers decide: a platform that does not answer now takes nothing away from them.
    const replicas = await target.replicas().catch(() => null);
    return replicas === null ? null : summarize(replicas, digest);
  };
  /** Whether a further instance can only be one that was started again: there are no more containers than are known. */
  const isOneTooMany = async () => {
    if (atFirst === null) return hasFallen;
    const summary = await read();
    const isGrowing = summary !== null && (summary.others > 0 || summary.running > atFirst.running);
    return !isGrowing && known.size >= atFirst.running;
  };
  return {
    meet: async (instance, isWatched) => {
      if (instance === null || known.has(instance)) return false;
      const mayBeRestart = known.size > 0 && (hasFallen || isWatched);
      if (mayBeRestart && (await isOneTooMany())) {
        throw coreError(
          'SERVICE_RESTARTS',
          'The new version was well, ended, and another instance of it answers now.',
        );
      }
      known.add(instance);
      return isWatched;
    },
    fall: () => {
      hasFallen = true;
    },
    fell: () => hasFallen,
    begin: async () => {
      const summary = await read();
      atFirst = summary === null || summary.running === 0 ? null : summary;
    },
    end: async () => {
      const summary = await read();
      if (summary === null || atFirst === null) return null;
      if (summary.others > 0) return `${summary.others} containers of another image still run`;
      if (summary.restarts > atFirst.restarts) {
        throw coreError(
          'SERVICE_RESTARTS',
          'The platform started the new version again while it was watched.',
        );
      }
      if (summary.running >= atFirst.running) return null;
      const message = `${summary.running} of ${atFirst.running} containers are left`;
      atFirst = null;
      hasFallen = true;
      return message;
    },
  };
}

/** Without a restart count from the platform, restarts are told by the instances alone. */
function summarize(replicas: readonly Replica[], digest: Digest) {
  const running = replicas.filter(({ state }) => state === 'running');
  const isOther = ({ image }: Replica) => image?.digest !== undefined && image.digest !== digest;
  return {
    running: running.filter((replica) => !isOther(replica)).length,
    others: running.filter(isOther).length,
    restarts: restartsOf(replicas) ?? 0,
  };
}
