import { DeliveryError, describeError, type Environment, runningRevision } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { runningRevisionSchema } from '../../options/option-schemas.ts';
import { appendOrWarn } from '../../reporters/append-or-warn.ts';
import { connect, type Wiring } from '../../wiring/wiring.ts';
import { executorOf } from '../execute.ts';

/**
 * The `running-revision` target: since which commit a change must be verified. In a GitHub Actions job it is the step's
 * output `revision`, which is empty when that is not known: then everything must be.
 */
export default executorOf(runningRevisionSchema, async ({ environment }, context, wiring) => {
  const { revision, message } = await find(environment, context, wiring);
  wiring.print(`${context.projectName ?? ''} in ${environment}: ${message}\n`);
  await appendOrWarn(wiring.processEnv['GITHUB_OUTPUT'], `revision=${revision}\n`, wiring);
});

async function find(
  environment: Environment,
  context: ExecutorContext,
  wiring: Wiring,
): Promise<{ readonly revision: string; readonly message: string }> {
  const nothing = (why: string) => ({ revision: '', message: `${why}: everything counts as changed` });
  try {
    const { ports } = await connect(environment, context, wiring);
    const entry = await runningRevision({ environment }, ports);
    if (entry === null) return nothing('nothing was ever verified there');
    const { revision } = await ports.source.source();
    if ((await ports.source.isAncestor(entry.revision, revision)) === null)
      return nothing(`it runs ${entry.revision.slice(0, 7)}, which is not in this checkout`);
    return { revision: entry.revision, message: `it runs ${entry.revision.slice(0, 7)} since ${entry.at}` };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    const { code, message } = describeError(error);
    return nothing(`what runs there cannot be read (${code}: ${message.replace(/\.$/, '')})`);
  }
}
