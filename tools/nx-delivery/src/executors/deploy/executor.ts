import { deploy } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { execute } from '../execute.ts';
import { reportRollout, rolloutRequest } from '../rollout.ts';
import { deploySchema } from '../../options/option-schemas.ts';
import { connectFor, realWiring, type RawOptions } from '../../wiring/wiring.ts';

/** The `deploy` target. */
export default function deployExecutor(raw: RawOptions, context: ExecutorContext, wiring = realWiring) {
  return execute(wiring, async () => {
    const { options, service, ports } = await connectFor(deploySchema, raw, context, wiring);
    const request = { ...options, ...(await rolloutRequest(options, service, context.root)) };
    return reportRollout(options, ports, context, wiring, (reporter) =>
      deploy(request, { ...ports, reporter }),
    );
  });
}
