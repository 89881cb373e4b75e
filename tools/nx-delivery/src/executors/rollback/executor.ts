import { rollback } from '@ehr/delivery-core';
import { rollbackSchema } from '../../options/option-schemas.ts';
import { rolloutExecutor } from '../rollout.ts';

/** The `rollback` target. */
export default rolloutExecutor(rollbackSchema, (request, { to }, ports) =>
  rollback({ ...request, to }, ports),
);
