import { z } from 'zod';
import type { DeployQueue } from '../deploy-queue.ts';
import type { Caller } from '../keys.ts';
import { inputInvalid, refused } from '../refusal.ts';
import type { FakeService, World } from '../world.ts';

export interface CallContext {
  readonly world: World;
  readonly queue: DeployQueue;
  readonly caller: Caller;
  /** `compose.deploy`: part of every error. */
  readonly path: string;
}

/** A query is asked with GET and a mutation with POST; undefined becomes the empty 200 answer. */
export interface Procedure {
  readonly method: 'GET' | 'POST';
  call(input: unknown, context: CallContext): unknown;
}

export function procedure<Shape extends z.ZodRawShape>(
  method: 'GET' | 'POST',
  shape: Shape,
  run: (input: z.output<z.ZodObject<Shape>>, context: CallContext) => unknown,
): Procedure {
  // Unknown fields are dropped without a word.
  const schema = z.object(shape);
  return {
    method,
    call: (input, context) => {
      const parsed = schema.safeParse(input);
      if (!parsed.success) throw inputInvalid(parsed.error, context.path);
      return run(parsed.data, context);
    },
  };
}

/** Must be there, though null will do: `expected nonoptional, received undefined`. */
export const requiredText = z.string().nullish().nonoptional();

/** Input is coerced: a required boolean that is missing is `false`, the text "false" is `true`. */
export const missingIsFalse = z.coerce.boolean().default(false);

/** The service behind an id, as this caller may see it. */
export function findService(
  id: string,
  kind: 'application' | 'compose',
  { world, caller, path }: CallContext,
): FakeService {
  caller.mayUse(id, path);
  const service = world.services.get(id);
  if (service === undefined || (service.kind === 'application') !== (kind === 'application')) {
    throw refused(404, kind === 'application' ? 'Application not found' : 'Compose not found', path);
  }
  return service;
}
