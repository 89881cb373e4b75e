import type { DeployQueue } from './deploy-queue.ts';
import type { Keys } from './keys.ts';
import { applicationProcedures } from './procedures/application-procedures.ts';
import { composeProcedures } from './procedures/compose-procedures.ts';
import { deploymentProcedures } from './procedures/deployment-procedures.ts';
import { placeProcedures } from './procedures/place-procedures.ts';
import type { Procedure } from './procedures/procedure.ts';
import { serverProcedures } from './procedures/server-procedures.ts';
import { Refusal, refused } from './refusal.ts';
import type { World } from './world.ts';

const procedures = new Map<string, Procedure>(
  Object.entries({
    ...placeProcedures,
    ...composeProcedures,
    ...applicationProcedures,
    ...deploymentProcedures,
    ...serverProcedures,
  }),
);

export interface ApiCall {
  readonly method: string;
  /** `compose.deploy` */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly key: string | undefined;
  readonly contentType: string | undefined;
  readonly text: string;
}

/** Undefined is the answer of zero bytes. Throws a `Refusal`. */
export async function answerApi(
  call: ApiCall,
  keys: Keys,
  world: World,
  queue: DeployQueue,
): Promise<unknown> {
  const caller = keys.verify(call.key);
  const body = call.method === 'GET' ? null : parseBody(call.text);
  const found = procedures.get(call.path);
  // The wrong method is not a 405.
  if (found?.method !== call.method) throw refused(404, 'Not found');
  if (call.method === 'POST' && call.contentType?.startsWith('application/json') !== true) {
    const message =
      call.contentType === undefined
        ? 'Missing content-type header'
        : `Unsupported content-type "${call.contentType}`;
    throw refused(415, message, call.path);
  }
  return found.call(call.method === 'GET' ? call.query : body, { world, queue, caller, path: call.path });
}

/** Before anything else is looked at, and in plain text. */
function parseBody(text: string): unknown {
  if (text.length > 1_048_576) throw new Refusal(413, 'Body exceeded 1mb limit');
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    if (text.startsWith('{') || text.startsWith('[')) throw new Refusal(400, 'Invalid JSON');
    return {};
  }
}
