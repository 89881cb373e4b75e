import { promote } from '@ehr/delivery-core';
import { promoteSchema } from '../../options/option-schemas.ts';
import { rolloutExecutor } from '../rollout.ts';

/** The `promote` target. */
export default rolloutExecutor(promoteSchema, async (request, { from }, ports, originOf) =>
  promote(request, { ...ports, origin: await originOf(from) }),
);
