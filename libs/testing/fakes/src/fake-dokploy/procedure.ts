import { z } from 'zod';
import type { DeployQueue } from './deploy-queue.ts';
import type { Caller } from './keys.ts';
import { inputInvalid } from './refusal.ts';
import type { World } from './world.ts';

/** What a procedure gets besides its input. */
export interface CallContext {
  readonly world: World;
  readonly queue: DeployQueue;
  readonly caller: Caller;
  /** The procedure's name, `compose.deploy`: part of every error. */
  readonly path: string;
}

/** One procedure of the API. What it returns is the answer; undefined is a 200 of zero bytes. */
export interface Procedure {
  readonly method: 'GET' | 'POST';
  call(input: unknown, context: CallContext): unknown;
}

/** A procedure that reads: called with GET, its input is the query. */
export const query = procedureOf('GET');

/** A procedure that writes: called with POST, its input is the body. */
export const mutation = procedureOf('POST');

function procedureOf(method: 'GET' | 'POST') {
  return <Shape extends z.ZodRawShape>(
    shape: Shape,
    run: (input: z.output<z.ZodObject<Shape>>, context: CallContext) => unknown,
  ): Procedure => {
    // Unknown fields are dropped without an error.
    const schema = z.object(shape);
    return {
      method,
      call: (input, context) => {
        const parsed = schema.safeParse(input);
        if (!parsed.success) throw inputInvalid(parsed.error, context.path);
        return run(parsed.data, context);
      },
    };
  };
}

/** Must be there, though null will do: `expected nonoptional, received undefined`. */
export const requiredText = z.string().nullish().nonoptional();
