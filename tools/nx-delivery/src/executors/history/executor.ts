import { history } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { historySchema } from '../../options/option-schemas.ts';
import { renderHistory } from '../../reporters/tables.ts';
import { connectFor, type RawOptions, realWiring } from '../../wiring/wiring.ts';
import { execute } from '../execute.ts';

/** The `history` target. */
export default function historyExecutor(raw: RawOptions, context: ExecutorContext, wiring = realWiring) {
  return execute(wiring, async () => {
    const { options, service, ports } = await connectFor(historySchema, raw, context, wiring);
    const entries = await history(options, ports);
    wiring.print(options.json ? `${JSON.stringify(entries, null, 2)}\n` : renderHistory(service, entries));
  });
}
