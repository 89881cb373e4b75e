import { environments, status } from '@ehr/delivery-core';
import { statusSchema } from '../../options/option-schemas.ts';
import { renderStatus } from '../../reporters/tables.ts';
import { connect } from '../../wiring/wiring.ts';
import { executorOf } from '../execute.ts';

/** The `status` target. */
export default executorOf(statusSchema, async ({ json }, context, wiring) => {
  const rows = await status(
    { service: context.projectName ?? '', environments },
    { open: async (environment) => (await connect(environment, context, wiring)).ports },
  );
  wiring.print(json ? `${JSON.stringify(rows, null, 2)}\n` : renderStatus(rows));
});
