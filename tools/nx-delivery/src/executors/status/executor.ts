import { environments, status } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { execute } from '../execute.ts';
import { statusSchema } from '../../options/option-schemas.ts';
import { parseOptions } from '../../options/parse-options.ts';
import { renderStatus } from '../../reporters/tables.ts';
import { connect, realWiring, type RawOptions } from '../../wiring/wiring.ts';

/** The `status` target. */
export default function statusExecutor(raw: RawOptions, context: ExecutorContext, wiring = realWiring) {
  return execute(wiring, async () => {
    const { json } = parseOptions(statusSchema, raw);
    const rows = await status(
      { service: context.projectName ?? '', environments },
      { open: async (environment) => (await connect(environment, context, wiring)).ports },
    );
    wiring.print(json ? `${JSON.stringify(rows, null, 2)}\n` : renderStatus(rows));
  });
}
