import { deploy } from '@ehr/delivery-core';
import { deploySchema } from '../../options/option-schemas.ts';
import { rolloutExecutor } from '../rollout.ts';

/** The `deploy` target. */
export default rolloutExecutor(deploySchema, (request, options, ports) =>
  deploy({ ...options, ...request }, ports),
);
