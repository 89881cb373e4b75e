import {
  DeliveryError,
  describeError,
  freezeOf,
  isBlocked,
  needsDeploy,
  readSnapshot,
} from '@ehr/delivery-core';
import type { DeployOptions, Ports, Snapshot } from '@ehr/delivery-core';

/** What a deploy of one service would find. */
export interface ServiceNeed {
  readonly service: string;
  /** First 12 digits of the fingerprint that answers; empty when nothing does. */
  readonly runs: string;
  /** The same of this checkout; empty when it could not be asked. */
  readonly wouldBe: string;
  /** Null when the environment is not set up for the service: then nobody can say. */
  readonly needed: boolean | null;
  readonly why: string;
}

/** The service's way into the environment, as far as it is needed for looking. */
interface Way {
  readonly options: DeployOptions;
  readonly ports: Pick<Ports, 'source' | 'registry' | 'target' | 'prober'>;
}

/** Asks the environment about a service. What cannot be reached counts as needing a deploy, which says the rest. */
export async function judgeService(service: string, open: () => Promise<Way>): Promise<ServiceNeed> {
  const unknown = (needed: boolean | null, why: string) => ({ service, runs: '', wouldBe: '', needed, why });
  let way: Way;
  try {
    way = await open();
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return unknown(null, `not set up: ${describeError(error).message}`);
  }
  try {
    return describeNeed(service, way.options.environment, await readSnapshot(way.options, way.ports));
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return unknown(true, `what runs there is not known: ${describeError(error).message}`);
  }
}

function describeNeed(service: string, environment: string, snapshot: Snapshot): ServiceNeed {
  const { running, fingerprint, image, journal } = snapshot;
  const { needed, why } = needsDeploy(snapshot, service);
  const refusals = [
    freezeOf(journal, environment) !== undefined &&
      `${environment} is frozen after a rollback: a deploy is refused until it is unfrozen`,
    image !== null &&
      isBlocked(journal, image) &&
      'the image is blocked: a deploy is refused until it is unblocked',
  ].filter((sentence) => sentence !== false);
  return {
    service,
    runs: running?.fingerprint.slice(0, 12) ?? '',
    wouldBe: fingerprint.slice(0, 12),
    needed,
    why: [why, ...refusals].join('; '),
  };
}
