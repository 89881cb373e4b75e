import { Overtaken, readPin } from '../apply/pin-state.ts';
import type { Publication } from '../apply/publish.ts';
import { createReport, type Report } from '../apply/report.ts';
import { rollOut } from '../apply/roll-out.ts';
import { refused, type Rollout, supersededRollout } from '../apply/rollout-result.ts';
import { createStepRunner, type StepRunner } from '../apply/run-steps.ts';
import type { StepEvent } from '../apply/step-event.ts';
import type { Environment } from '../environments.ts';
import { coreError } from '../errors/catalog.ts';
import type { Digest } from '../image/digest.ts';
import { takeLock } from '../journal/lock.ts';
import { noteSuperseded } from '../journal/superseded.ts';
import { type Overrides, type Plan, plannedDigest } from '../plan/plan.ts';
import { documentPlan, type PlanDocument } from '../plan/plan-document.ts';
import { refuseChanged, type ReviewedPlan } from '../plan/reviewed-plan.ts';
import type { ChangePorts, ImageLayout } from '../ports.ts';

/** What to do with a decision: carry it out, only show it, make a plan of it, or carry it out if it is this plan. */
export type Mode =
  | { readonly kind: 'apply' }
  | { readonly kind: 'dry-run' }
  | { readonly kind: 'write-plan' }
  | { readonly kind: 'apply-plan'; readonly reviewed: ReviewedPlan };

/** What deploy, promote and rollback are asked for alike. */
export interface RolloutRequest {
  readonly service: string;
  readonly environment: Environment;
  readonly mode: Mode;
  readonly overrides: Overrides;
  /** Right answers in a row that verify a rollout. */
  readonly probes: number;
  /** How long the new containers may take to become healthy, and then to be verified. */
  readonly timeoutSeconds: number;
  /** How long a verified service is watched for restarts and other answers. */
  readonly windowSeconds: number;
  /** How long to wait for another run that changes the same service there; 0 refuses once it is seen to be alive. */
  readonly waitSeconds: number;
}

/** `planned`: nothing was changed · `ended`: it was carried out, and the report tells how. */
export type RolloutResult =
  | { readonly kind: 'planned'; readonly document: PlanDocument }
  | { readonly kind: 'ended'; readonly plan: Plan; readonly report: Report };

/** Hears how a rollout goes, while it goes. */
export interface Reporter {
  planned(plan: Plan): void;
  event(event: StepEvent): void;
}

/** What a rollout needs of the world. */
export type RolloutPorts = ChangePorts & { readonly reporter: Reporter };

/** What is different from command to command. */
export interface Work {
  /** Reads the world and decides; called again under the lock, for another run may have ended in between. */
  decide(): Promise<Plan>;
  /** Builds the image of a plan, without pushing it. */
  build?(plan: Plan): Promise<ImageLayout>;
  /** Gets the image into the registry; without it the plan's image is there. */
  publish?(plan: Plan, reviewed: Digest | null, steps: StepRunner): Promise<Publication>;
}

/**
 * Snapshot → plan → steps → report.
 * @throws DeliveryError only before the first step; later failures are in the report.
 */
export async function runRollout(
  request: RolloutRequest,
  work: Work,
  ports: RolloutPorts,
): Promise<RolloutResult> {
  const { service, environment, mode, waitSeconds } = request;
  const { clock } = ports;
  const start = clock.now().getTime();
  const decide = async (): Promise<Plan> => {
    const plan = await work.decide();
    if (mode.kind === 'apply-plan') refuseChanged(mode.reviewed, plan);
    return plan;
  };
  const first = await decide();
  if (mode.kind === 'dry-run' || mode.kind === 'write-plan') {
    const isBuilt = mode.kind === 'write-plan' && first.image.kind === 'to-build';
    const layout = isBuilt ? ((await work.build?.(first)) ?? null) : null;
    return { kind: 'planned', document: await documentPlan(first, layout, clock.now(), ports) };
  }
  if (!changesNothing(first)) await ports.trust.ready();
  const lock = changesNothing(first) ? undefined : await takeLock(service, environment, waitSeconds, ports);
  try {
    const plan = lock === undefined || !(await hasChanged(first, ports)) ? first : await decide();
    const reporter: Reporter = {
      planned: (made) => ports.reporter.planned(made),
      event: (event) => {
        if (event.type === 'start') lock?.at(event.kind);
        ports.reporter.event(event);
      },
    };
    return await carryOutOrDecideAgain(plan, decide, start, request, work, { ...ports, reporter });
  } finally {
    await lock?.end();
  }
}

/** Whether another run may have changed the environment since the plan was made: whoever did told the journal, or its pin says so. */
async function hasChanged(plan: Plan, ports: ChangePorts): Promise<boolean> {
  const { journal } = ports.registry;
  const before = journal.state();
  const [{ pin }] = await Promise.all([readPin(plan, ports), journal.read()]);
  return pin !== plan.expects || journal.state() !== before;
}

/** So often another run may be faster before this one gives up. */
const MAX_ROUNDS = 5;

async function carryOutOrDecideAgain(
  first: Plan,
  decide: () => Promise<Plan>,
  start: number,
  request: RolloutRequest,
  work: Work,
  ports: RolloutPorts,
): Promise<RolloutResult> {
  const { clock, reporter } = ports;
  let plan = first;
  for (let round = 1; ; round += 1) {
    reporter.planned(plan);
    const events: StepEvent[] = [];
    const emit = (event: StepEvent) => {
      events.push(event);
      reporter.event(event);
    };
    const steps = createStepRunner(plan.steps, clock, emit);
    const ended = await carryOut(plan, request, work, steps, ports, emit);
    if (ended instanceof Overtaken) {
      if (round === MAX_ROUNDS)
        throw coreError('TARGET_CHANGED', `${ended.message} That was so ${round} times.`);
      emit({ type: 'undo', message: `${ended.message} Deciding again.` });
      plan = await decide();
      continue;
    }
    steps.finish();
    const [{ digest }, { outcome, warnings }] = ended;
    // A list for people: a registry that does not take it fails no run.
    if (outcome === 'superseded')
      await noteSuperseded(plan, digest, warnings.join(' '), ports).catch(() => undefined);
    const took = clock.now().getTime() - start;
    return { kind: 'ended', plan, report: createReport(plan, ...ended, events, took) };
  }
}

/** Overtaken: somebody changed the environment meanwhile, to something older. */
async function carryOut(
  plan: Plan,
  { mode, probes, timeoutSeconds, windowSeconds }: RolloutRequest,
  work: Work,
  steps: StepRunner,
  ports: RolloutPorts,
  emit: (event: StepEvent) => void,
): Promise<[Publication, Rollout] | Overtaken> {
  const reviewed = mode.kind === 'apply-plan' ? mode.reviewed.digest : null;
  const known: Publication = { digest: plannedDigest(plan), sentBytes: 0, error: null };
  const publication = (await work.publish?.(plan, reviewed, steps)) ?? known;
  const { digest, error } = publication;
  // Something newer runs, and there was nothing to publish.
  if (error === null && plan.supersededBy !== null && digest === null)
    return [publication, supersededRollout(plan, plan.supersededBy)];
  if (error !== null || digest === null) return [publication, refused(error)];
  const rules = {
    probes,
    intervalMs: 200,
    timeoutMs: timeoutSeconds * 1000,
    windowMs: windowSeconds * 1000,
  };
  try {
    return [publication, await rollOut(plan, digest, rules, steps, ports, emit)];
  } catch (overtaken) {
    if (overtaken instanceof Overtaken) return overtaken;
    throw overtaken;
  }
}

/** Verifying is no change. */
function changesNothing(plan: Plan): boolean {
  return plan.steps.every(({ kind, skip }) => skip !== null || kind === 'verify-revision');
}
