import {
  DeliveryError,
  deploy,
  type Digest,
  type JournalEntry,
  lastReleaseOf,
  type Report,
} from '../../src/index.ts';
import { inOrder } from '../../src/journal/compact.ts';
import { createRecordingPorts, recordedRun, type World } from '../recording-ports.ts';
import { requestOf, silent } from '../run-deploy.ts';
import { createVirtualTime } from '../virtual-time.ts';
import { type Disturbance, disturbed, Killed } from './disturbed.ts';

/** One release of a scene: version v1.0.<patch>, which begins after a while and is disturbed. */
export interface Release extends Disturbance {
  readonly patch: number;
  readonly startMs: number;
}

/** How a scene ended. */
export interface Scene {
  /** Of every run that ended by itself, those that were tried again included. */
  readonly reports: readonly Report[];
  /** Runs that ended in a refusal. */
  readonly refusals: readonly string[];
  readonly end: End;
  /** After one more, undisturbed run of the highest version. */
  readonly afterNext: End;
}

/** The patch that runs, that the tags `prod` and `latest` name, and that the journal has last; -1 for none. */
interface End {
  readonly runs: number;
  readonly prod: number;
  readonly latest: number;
  readonly recorded: number;
}

const digestOf = (patch: number): Digest => `sha256:${patch.toString(16).padStart(12, '0').padEnd(64, 'd')}`;
const fingerprintOf = (patch: number) => patch.toString(16).padStart(12, '0').padEnd(64, 'f');
const revisionOf = (patch: number) => patch.toString(16).padStart(7, '0').padEnd(40, 'a');
const patchOf = (digest: string | undefined) =>
  digest === undefined ? -1 : Number.parseInt(digest.slice(7, 19), 16);

/**
 * Releases v1.0.0 to prod, then all `releases` at once, in virtual time; a run that was killed, or refused because another
 * was at work, is started again as CI does.
 */
export function playReleases(releases: readonly Release[], latencyMs: () => number): Promise<Scene> {
  return createVirtualTime().run(async (time) => {
    const shared = {
      tags: {} as Record<string, Digest>,
      records: [] as JournalEntry[],
      documents: {} as World['documents'],
      identities: {} as Record<Digest, string>,
      line: [0, ...releases.map(({ patch }) => patch)].sort((a, b) => a - b).map(revisionOf),
      environment: 'prod',
    };
    const place: { running: World['running'] } = { running: null };
    let number = 0;
    const reports: Report[] = [];
    const refusals: string[] = [];
    const checkOut = (patch: number) => {
      const ports = createRecordingPorts({
        ...shared,
        revision: revisionOf(patch),
        fingerprint: fingerprintOf(patch),
        built: digestOf(patch),
      });
      shared.identities[digestOf(patch)] = fingerprintOf(patch);
      Object.defineProperty(ports.world, 'running', {
        get: () => place.running,
        set: (pin: World['running']) => (place.running = pin),
      });
      return ports;
    };
    const quiet: Disturbance = { offsetMs: 0, pause: null, kill: null };
    const release = async (patch: number, disturbance: Disturbance): Promise<void> => {
      const request = requestOf({ environment: 'prod', release: `v1.0.${patch}`, waitSeconds: 1200 });
      const run = recordedRun((number += 1).toString(16).padStart(12, '0'));
      try {
        const result = await disturbed(checkOut(patch), run, disturbance, time, latencyMs, (ports) =>
          deploy(request, { ...ports, reporter: silent }),
        );
        if (result.kind === 'ended') reports.push(result.report);
      } catch (error) {
        if (error instanceof DeliveryError) refusals.push(error.code);
        else if (!(error instanceof Killed)) throw error;
        await time.sleep(30_000);
        await release(patch, quiet);
      }
    };
    await release(0, quiet);
    await Promise.all(
      releases.map(async ({ patch, startMs, ...disturbance }) => {
        await time.sleep(startMs);
        await release(patch, disturbance);
      }),
    );
    const where = (): End => ({
      runs: patchOf(place.running?.image.digest),
      prod: patchOf(shared.tags['prod']),
      latest: patchOf(shared.tags['latest']),
      recorded: patchOf(lastReleaseOf(inOrder(shared.records), 'prod')?.digest),
    });
    const end = where();
    await release(Math.max(...releases.map(({ patch }) => patch)), quiet);
    return { reports, refusals, end, afterNext: where() };
  });
}
