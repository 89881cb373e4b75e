import type { Context, FhirRequest, FhirResponse } from './exchange.ts';
import { answerWrite, performWrites, type Written } from './perform-writes.ts';
import { planCreate, planDelete, type PlannedWrite, planPatch, planUpdate } from './plan-write.ts';

type Plan = (context: Context, request: FhirRequest) => Promise<PlannedWrite | null>;

/** One write, in a transaction of its own. */
function writing(plan: Plan) {
  return async (context: Context, request: FhirRequest): Promise<FhirResponse> => {
    const planned = await plan(context, request);
    if (planned === null) return { status: 204 };
    const [written = NOTHING] = await performWrites(context, [planned]);
    return answerWrite(request, planned, written);
  };
}

const NOTHING: Written = { version: null, before: '', isHidden: false, isCreated: false };

export const create = writing(planCreate);
export const update = writing(planUpdate);
export const patch = writing(planPatch);
export const remove = writing(planDelete);
