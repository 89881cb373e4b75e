import { promote } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { execute } from '../execute.ts';
import { reportRollout, rolloutRequest } from '../rollout.ts';
import { promoteSchema } from '../../options/option-schemas.ts';
import { connect, connectFor, realWiring, type RawOptions } from '../../wiring/wiring.ts';

/** The `promote` target. */
export default function promoteExecutor(raw: RawOptions, context: ExecutorContext, wiring = realWiring) {
  return execute(wiring, async () => {
    const { options, service, ports } = await connectFor(promoteSchema, raw, context, wiring);
    const { ports: origin } = await connect(options.from, context, wiring);
    const request = { ...(await rolloutRequest(options, service, context.root)), from: options.from };
    return reportRollout(options, ports, context, wiring, (reporter) =>
      promote(request, { ...ports, origin, reporter }),
    );
  });
}
