import type { Environment } from '../environments.ts';
import { DeliveryError, describeError } from '../errors/delivery-error.ts';
import { freezeOf, isBlocked } from '../journal/journal.ts';
import { needsDeploy } from '../plan/needs-deploy.ts';
import { readSnapshot } from '../plan/read-snapshot.ts';
import { compareWith, type Snapshot } from '../plan/snapshot.ts';
import type { EnvironmentPorts, SourceReader } from '../ports.ts';

/** Which services are compared with what the environment runs. */
export interface AffectedRequest {
  readonly environment: Environment;
  readonly services: readonly string[];
}

/** The way of a service into the environment; throws where it is not set up. */
export interface AffectedPorts {
  readonly open: (service: string) => Promise<EnvironmentPorts & { readonly source: SourceReader }>;
}

/** What a deploy of one service would find. */
export interface ServiceNeed {
  readonly service: string;
  /** First 12 digits of the fingerprint that answers; empty when nothing does. */
  readonly runs: string;
  /** The same of this checkout; empty when it could not be asked. */
  readonly wouldBe: string;
  /** Null when the environment is not set up for the service: then nobody can say. */
  readonly needed: boolean | null;
  /** For people. */
  readonly message: string;
}

/**
 * Which services an environment does not run as this checkout has them, by what runs there. What cannot be reached
 * counts as needing a deploy, which tells the rest.
 */
export function affected(
  { environment, services }: AffectedRequest,
  ports: AffectedPorts,
): Promise<readonly ServiceNeed[]> {
  return Promise.all(
    services.map(async (service) => {
      const unknown = (needed: boolean | null, message: string) => ({
        service,
        runs: '',
        wouldBe: '',
        needed,
        message,
      });
      const opened = await attempt(() => ports.open(service));
      if (opened instanceof DeliveryError)
        return unknown(null, `not set up: ${describeError(opened).message}`);
      const { registry, target, prober, source } = opened;
      const subject = { service, environment, release: null, platforms: [] };
      // Whether the image counts is for the deploy to find out.
      const snapshot = await attempt(() => readSnapshot(subject, { registry, target, prober, source }));
      if (!(snapshot instanceof DeliveryError)) return describe(environment, snapshot);
      return unknown(true, `what runs there is not known: ${describeError(snapshot).message}`);
    }),
  );
}

async function attempt<T>(read: () => Promise<T>): Promise<T | DeliveryError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DeliveryError) return error;
    throw error;
  }
}

function describe(environment: Environment, snapshot: Snapshot): ServiceNeed {
  const { service, fingerprint, image, journal } = snapshot;
  const { needed, message } = needsDeploy(snapshot);
  const refusals = [
    freezeOf(journal, environment) !== undefined &&
      `${environment} is frozen after a rollback: a deploy is refused until somebody unfreezes it`,
    image !== null &&
      isBlocked(journal, environment, image) &&
      'the image is blocked: a deploy is refused until somebody unblocks it',
  ].filter((refusal) => refusal !== false);
  return {
    service,
    runs: compareWith(snapshot, fingerprint).report?.fingerprint.slice(0, 12) ?? '',
    wouldBe: fingerprint.slice(0, 12),
    needed,
    message: [message, ...refusals].join('; '),
  };
}
