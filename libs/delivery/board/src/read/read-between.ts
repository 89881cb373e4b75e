import {
  bytesToPull,
  type Commit,
  DeliveryError,
  type DescribedError,
  describeError,
  type Digest,
  type Environment,
  type PlanDocument,
  promote,
  type RolloutRequest,
} from '@ehr/delivery-core';
import type { BoardPorts, ServicePorts } from '../board-ports.ts';

/** What promoting a service from one environment to another would ship. */
export type Between = Place & Outcome;

/** Of which service, and from where to where. */
interface Place {
  readonly service: string;
  readonly from: Environment;
  readonly to: Environment;
}

type Outcome =
  | { readonly kind: 'same'; readonly digest: Digest }
  | ({ readonly kind: 'ships' } & Shipment)
  /** What runs there is newer. */
  | { readonly kind: 'newer'; readonly version: string; readonly revision: string }
  | { readonly kind: 'unknown'; readonly error: DescribedError };

/** What a promotion carries. */
export interface Shipment {
  readonly version: string;
  readonly revision: string;
  /** What runs now, if it is known; and what would. */
  readonly digests: { readonly from: Digest | null; readonly to: Digest };
  /** Newest first; null when this checkout does not know what runs. */
  readonly commits: readonly Commit[] | null;
  readonly migrations: readonly string[] | null;
  readonly tags: PlanDocument['tags'];
  /** Platform → layers that a server lacks which has what runs now; bytes. */
  readonly pullBytes: Readonly<Record<string, number>>;
  /** Why `promote` refuses as things are; null when it does not. */
  readonly refusal: DescribedError | null;
  /** To be typed. */
  readonly command: string;
}

const silent = { planned: () => undefined, event: () => undefined };
/** For a look at what a refused promotion would ship. */
const REASON = 'a look at the board';

/** Asks `promote` for its plan, and changes nothing. */
export async function readBetween(
  service: string,
  from: Environment,
  to: Environment,
  ports: BoardPorts,
): Promise<Between> {
  const place = { service, from, to };
  try {
    const opened = await ports.open(service, to);
    const origin = { environment: from, ...(await ports.origin(service, from)) };
    const plan = async (reason: string | null) => {
      const overrides = { allowOlder: null, unblock: reason, unfreeze: reason };
      const result = await promote(requestOf(service, to, overrides), {
        ...opened,
        reporter: silent,
        origin,
      });
      if (result.kind !== 'planned') throw new Error('A dry run changed something.');
      return result.document;
    };
    const planned = await plan(null).catch(async (error: unknown) => {
      if (!(error instanceof DeliveryError)) throw error;
      // Frozen or blocked: what it would ship is worth knowing all the same.
      return {
        error,
        document: await plan(REASON).catch(() => {
          throw error;
        }),
      };
    });
    const [document, refusal] =
      'error' in planned ? [planned.document, describeError(planned.error)] : [planned, null];
    return { ...place, ...(await tell(place, document, refusal, opened, ports)) };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return { ...place, kind: 'unknown', error: describeError(error) };
  }
}

function requestOf(
  service: string,
  environment: Environment,
  overrides: RolloutRequest['overrides'],
): RolloutRequest {
  const patience = { probes: 1, timeoutSeconds: 1, windowSeconds: 0, waitSeconds: 0 };
  return { service, environment, mode: { kind: 'dry-run' }, overrides, ...patience };
}

async function tell(
  { service, from, to }: Place,
  { plan, digest, commits, tags }: PlanDocument,
  refusal: DescribedError | null,
  { registry }: ServicePorts,
  { migrations }: BoardPorts,
): Promise<Outcome> {
  const { previous, revision, version, supersededBy } = plan;
  if (supersededBy !== null) return { kind: 'newer', ...supersededBy };
  if (digest === null) throw new Error('A promotion has an image.');
  const before = previous?.image.digest ?? null;
  if (before === digest) return { kind: 'same', digest };
  const [next, present] = await Promise.all([
    registry.describe(digest),
    before === null ? null : registry.describe(before),
  ]);
  const pulls = (next?.platforms ?? []).flatMap((platform) => {
    const bytes = next && bytesToPull(next, platform, present);
    return bytes === null ? [] : [[platform, bytes] as const];
  });
  const why = refusal === null ? '' : overrideFor(refusal);
  return {
    kind: 'ships',
    version,
    revision,
    digests: { from: before, to: digest },
    commits,
    migrations: previous === null ? null : await migrations(service, previous.revision, revision),
    tags,
    pullBytes: Object.fromEntries(pulls),
    refusal,
    command: `npx nx promote ${service} -c ${to} --from=${from}${why}`,
  };
}

function overrideFor({ code }: DescribedError): string {
  if (code === 'ENVIRONMENT_FROZEN') return " --unfreeze='why'";
  return code === 'IMAGE_BLOCKED' ? " --unblock='why'" : '';
}
