import { rollback } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { execute } from '../execute.ts';
import { reportRollout, rolloutRequest } from '../rollout.ts';
import { rollbackSchema } from '../../options/option-schemas.ts';
import { connectFor, realWiring, type RawOptions } from '../../wiring/wiring.ts';

/** The `rollback` target. */
export default function rollbackExecutor(raw: RawOptions, context: ExecutorContext, wiring = realWiring) {
  return execute(wiring, async () => {
    const { options, service, ports } = await connectFor(rollbackSchema, raw, context, wiring);
    const request = { ...(await rolloutRequest(options, service, context.root)), to: options.to };
    return reportRollout(options, ports, context, wiring, (reporter) =>
      rollback(request, { ...ports, reporter }),
    );
  });
}
