import { shortDigest } from '@ehr/oci';
import type { Digest } from '@ehr/oci';
import { DeliveryError } from '../errors/delivery-error.ts';
import { fingerprintTag } from '../fingerprint.ts';
import { formatBytes } from '../format.ts';
import type { ImageLayout, Pin, Ports } from '../ports.ts';
import { proveRunning } from '../proof.ts';
import { proofRules } from './normalize-options.ts';
import type { DeployOptions } from './normalize-options.ts';
import { immutableTag } from './plan-deploy.ts';
import type { DeployPlan, PlannedStep, StepKind } from './plan-deploy.ts';
import { rollBack } from './roll-back.ts';

export type StepOutcome = 'done' | 'skipped' | 'failed' | 'not-run';

export type StepEvent =
  | { readonly type: 'start'; readonly kind: StepKind }
  | { readonly type: 'progress'; readonly kind: StepKind; readonly text: string }
  | {
      readonly type: 'end';
      readonly kind: StepKind;
      readonly outcome: StepOutcome;
      readonly text: string;
      readonly milliseconds: number;
    }
  | { readonly type: 'roll-back'; readonly text: string };

export interface ApplyResult {
  readonly digest: Digest | null;
  /** Where the service answers, once known. */
  readonly healthUrl: string | null;
  /** Of blobs: layers and configs. */
  readonly sentBytes: number;
  readonly rolledBack: boolean;
  readonly error: unknown;
}

type Ending = string | undefined;

/** Runs the steps in order; the first that fails ends it, and after the trigger the previous release is put back. */
export async function applyPlan(
  plan: DeployPlan,
  options: DeployOptions,
  ports: Ports,
  emit: (event: StepEvent) => void,
): Promise<ApplyResult> {
  const state = {
    layout: null as ImageLayout | null,
    digest: plan.digest,
    healthUrl: null as string | null,
    sentBytes: 0,
  };
  const progress = (kind: StepKind) => (text: string) => emit({ type: 'progress', kind, text });
  const digest = (): Digest => {
    if (state.digest === null) throw new DeliveryError('LAYOUT_MISSING', 'The image was not built.');
    return state.digest;
  };
  const pin = (): Pin => ({
    image: `${plan.repository}:${plan.environmentTag}@${digest()}`,
    revision: plan.revision,
    version: plan.version,
  });

  const actions: Record<StepKind, () => Promise<Ending>> = {
    'build-image': async () => {
      state.layout = checkLayout(await ports.builder.build(), plan);
      state.digest = state.layout.digest;
      return `${shortDigest(state.layout.digest)}, ${formatBytes(state.layout.blobBytes)}`;
    },
    'push-image': async () => {
      if (state.layout === null) throw new DeliveryError('LAYOUT_MISSING', 'The image was not built.');
      const result = await ports.registry.push(state.layout, ({ sentBytes, totalBytes }) => {
        progress('push-image')(`${formatBytes(sentBytes)} of at most ${formatBytes(totalBytes)}`);
      });
      state.sentBytes = result.sentBytes;
      return `${formatBytes(result.sentBytes)} sent in ${result.sentBlobs} blobs, ${result.presentBlobs} were there`;
    },
    'tag-fingerprint': () => ports.registry.tag(digest(), fingerprintTag(plan.fingerprint)).then(nothing),
    'tag-revision': () => ports.registry.tag(digest(), plan.revisionTag).then(nothing),
    'rehearse-image': () => ports.target.rehearse(pin()).then(() => 'it became healthy'),
    'tag-environment': () => ports.registry.tag(digest(), plan.environmentTag).then(nothing),
    'trigger-rollout': () => ports.target.trigger(pin()).then(nothing),
    'await-rollout': () => ports.target.settle(progress('await-rollout')).then(nothing),
    'verify-revision': async () => {
      state.healthUrl = (await ports.target.observe()).healthUrl;
      if (state.healthUrl === null)
        throw new DeliveryError('PROOF_FAILED', `${plan.service} publishes no address to ask.`);
      const expected = { service: plan.service, fingerprint: plan.fingerprint };
      await proveRunning(state.healthUrl, expected, proofRules(options), ports, progress('verify-revision'));
      return `proved by ${options.probes} answers of ${state.healthUrl}`;
    },
    'record-release': () =>
      ports.registry
        .record({
          schemaVersion: 1,
          service: plan.service,
          environment: plan.environment,
          digest: digest(),
          fingerprint: plan.fingerprint,
          revision: plan.revision,
          version: plan.version,
          provedAt: ports.clock.now().toISOString(),
        })
        .then(nothing),
  };

  const result = (error: unknown, rolledBack = false): ApplyResult => ({
    digest: state.digest,
    healthUrl: state.healthUrl,
    sentBytes: state.sentBytes,
    rolledBack,
    error,
  });
  let triggered = false;
  for (const [position, step] of plan.steps.entries()) {
    try {
      triggered ||= step.kind === 'trigger-rollout' && step.skip === null;
      await runStep(step, actions[step.kind], ports, emit);
    } catch (error) {
      for (const { kind } of plan.steps.slice(position + 1)) {
        emit({ type: 'end', kind, outcome: 'not-run', text: '', milliseconds: 0 });
      }
      if (!triggered || step.kind === 'record-release') return result(error);
      return result(...(await rollBack(error, plan, options, ports, emit)));
    }
  }
  return result(null);
}

async function runStep(
  step: PlannedStep,
  action: () => Promise<Ending>,
  { clock }: Ports,
  emit: (event: StepEvent) => void,
) {
  const { kind, skip } = step;
  if (skip !== null) return emit({ type: 'end', kind, outcome: 'skipped', text: skip, milliseconds: 0 });
  emit({ type: 'start', kind });
  const start = clock.now().getTime();
  const end = (outcome: StepOutcome, text: string) =>
    emit({ type: 'end', kind, outcome, text, milliseconds: clock.now().getTime() - start });
  try {
    end('done', (await action()) ?? '');
  } catch (error) {
    end('failed', error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/** Between plan and build the sources may have changed; an image of something else is not pushed. */
function checkLayout(layout: ImageLayout, plan: DeployPlan): ImageLayout {
  if (layout.fingerprint !== plan.fingerprint) {
    throw new DeliveryError(
      'LAYOUT_INVALID',
      `The image built has fingerprint ${layout.fingerprint.slice(0, 12)}, the plan is about ${plan.fingerprint.slice(0, 12)}: files changed meanwhile.`,
      { hint: 'Run the deploy again.' },
    );
  }
  const missing = plan.platforms.filter((platform) => !layout.platforms.includes(platform));
  if (missing.length > 0) {
    throw new DeliveryError(
      'LAYOUT_INVALID',
      `The image lacks ${missing.join(', ')}; it has ${layout.platforms.join(', ')}.`,
    );
  }
  if (plan.revisionTagMustBe !== null && plan.revisionTagMustBe !== layout.digest) {
    throw immutableTag(plan.revisionTag, plan.revisionTagMustBe, layout.digest);
  }
  return layout;
}

const nothing = () => undefined;
