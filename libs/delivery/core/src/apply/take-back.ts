import { coreError } from '../errors/catalog.ts';
import { DeliveryError, hasCode, reasonOf } from '../errors/delivery-error.ts';
import type { Digest } from '../image/digest.ts';
import { formatReference } from '../image/reference.ts';
import type { Plan, Previous } from '../plan/plan.ts';
import type { ChangePorts } from '../ports.ts';
import type { VerificationRules } from '../verify/verify-running.ts';
import { pointAt } from './move-tags.ts';
import { note } from './note.ts';
import { demandOwnPin, Overtaken, readPin } from './pin-state.ts';
import { ended, givenWay, type Rollout } from './rollout-result.ts';
import type { Emit } from './run-steps.ts';
import { putBack } from './undo.ts';

/** Failures that are the image's fault if the previous version does well in the same place. */
const FAULTS_BY_COMPARISON = ['ROLLOUT_FAILED', 'SERVICE_UNREACHABLE'];

/**
 * After a failed rollout: what is still this run's own is put back, first of all and without the registry; then the
 * image is blocked, if it failed where the previous version does well. Whatever goes wrong with one stands in no other's
 * way.
 */
export async function takeBack(
  error: unknown,
  plan: Plan,
  digest: Digest,
  rules: VerificationRules,
  ports: ChangePorts,
  emit: Emit,
): Promise<Rollout> {
  const changed = await whoChanged(plan, digest, ports);
  if (changed instanceof Overtaken) return givenWay(changed);
  if (changed !== null) return ended('failed', 'target-changed', changed);
  const { previous } = plan;
  if (previous === null) {
    emit({ type: 'undo', message: 'nothing that was well ran before, so there is nothing to put back' });
    await takeTagBack(plan, digest, ports, emit).catch((cause: unknown) => {
      emit({
        type: 'undo',
        message: `tag ${plan.environment} names the failed image still: ${reasonOf(cause)}`,
      });
    });
    return ended('failed', verdictOf(error), error);
  }
  const image = formatReference(previous.image);
  emit({ type: 'undo', message: `putting back ${image}` });
  try {
    await restore(plan, previous, digest, rules, ports, emit);
  } catch (cause) {
    const message = `${reasonOf(error)} Then putting back ${image} failed: ${reasonOf(cause)}`;
    return ended('failed', 'undo-failed', coreError('UNDO_FAILED', message, { cause }));
  }
  emit({ type: 'undo', message: 'the previous version answers again' });
  const isFault = error instanceof DeliveryError && error.effect === 'image-fault';
  if (isFault || hasCode(error, ...FAULTS_BY_COMPARISON)) await block(error, plan, digest, ports, emit);
  return ended('rolled-back', verdictOf(error), error);
}

/**
 * What is newer stays; what this run replaced although it is newer is put back.
 * @throws Overtaken again, by nothing newer: the decision is made again
 */
export async function giveWay(
  overtaken: Overtaken,
  plan: Plan,
  rules: VerificationRules,
  ports: ChangePorts,
  emit: Emit,
): Promise<Rollout> {
  const { replaced } = overtaken;
  if (replaced === null) return givenWay(overtaken);
  emit({ type: 'undo', message: `${overtaken.message} Putting back ${formatReference(replaced.image)}` });
  try {
    if (ports.target.followsTag) await pointAt(plan.environment, replaced.image.digest, ports.registry);
    await putBack(plan, replaced, rules, ports, emit);
  } catch (cause) {
    const message = `${overtaken.message} Putting it back failed: ${reasonOf(cause)}`;
    return ended('failed', 'undo-failed', coreError('UNDO_FAILED', message, { cause }));
  }
  return givenWay(overtaken);
}

/**
 * Points the environment's tag at the previous version again, where the platform follows it; without one the tag goes.
 * A tag that names something else by now is somebody else's.
 */
export async function takeTagBack(
  { environment, previous }: Plan,
  digest: Digest,
  { target, registry }: ChangePorts,
  emit: Emit,
): Promise<void> {
  if (!target.followsTag || (await registry.resolve(environment)) !== digest) return;
  if (previous !== null) {
    await pointAt(environment, previous.image.digest, registry);
  } else if (!(await registry.untag(environment))) {
    const message = `tag ${environment} names the failed image still: the registry deletes no tags, and nothing ran before`;
    emit({ type: 'undo', message });
  }
}

async function restore(
  plan: Plan,
  previous: Previous,
  digest: Digest,
  rules: VerificationRules,
  ports: ChangePorts,
  emit: Emit,
): Promise<void> {
  if (ports.target.followsTag) {
    emit({
      type: 'undo',
      message: `the platform follows tag ${plan.environment}: waiting for the registry to take it back`,
    });
    await takeTagBack(plan, digest, ports, emit);
  }
  await putBack(plan, previous, rules, ports, emit);
}

/** Null when what is set up is this run's still, or nobody can tell: then putting back is tried all the same. */
async function whoChanged(plan: Plan, digest: Digest, ports: ChangePorts): Promise<unknown> {
  try {
    // What was there before is there still, or again: the trigger changed nothing.
    if ((await readPin(plan, ports)).pin !== plan.expects) await demandOwnPin(plan, digest, ports);
    return null;
  } catch (error) {
    return error instanceof Overtaken || hasCode(error, 'TARGET_CHANGED') ? error : null;
  }
}

/** Remembers that the image failed here. A registry that cannot be written to changes nothing of what runs. */
async function block(
  error: DeliveryError,
  plan: Plan,
  digest: Digest,
  ports: ChangePorts,
  emit: Emit,
): Promise<void> {
  if (!plan.blocksOnFailure) return;
  const reason = error.message.split('\n')[0] ?? error.code;
  const message = await note(plan, digest, [['blocked', reason]], ports).then(
    () =>
      `the image is blocked in ${plan.environment} until it is unblocked, and everywhere unless it was verified somewhere`,
    () => 'that this image is blocked could not be recorded: the registry did not take it',
  );
  emit({ type: 'undo', message });
}

function verdictOf(error: unknown) {
  return error instanceof DeliveryError ? error.verdict : 'defect';
}
