import { DeliveryError } from '@ehr/delivery-core';
import type { CheckName } from './check-catalog.ts';
import type { Subject } from './open-subject.ts';

/** `unknown`: it could not be asked · `not-used`: it does not concern this environment. */
export type CheckVerdict = 'ok' | 'warn' | 'fail' | 'unknown' | 'not-used';

/** What one check found. */
export interface Finding {
  readonly name: CheckName;
  readonly verdict: CheckVerdict;
  readonly message: string;
  /** What to do; null when there is nothing to do. */
  readonly hint: string | null;
}

/** A check's answer; without `hint` the catalogue's is taken. */
export interface Answer {
  readonly verdict: CheckVerdict;
  readonly message: string;
  readonly hint?: string;
}

/** Asks one thing. What it throws makes it `unknown`, and no other check. */
export type Check = (subject: Subject) => Promise<Answer>;

/** Nothing is wrong. */
export const ok = (message: string): Answer => ({ verdict: 'ok', message });
/** Worth a look, and no obstacle. */
export const warn = (message: string, hint?: string): Answer => answer('warn', message, hint);
/** A deploy would fail, or what runs is not what should. */
export const fail = (message: string, hint?: string): Answer => answer('fail', message, hint);
/** It could not be asked. */
export const unknown = (message: string, hint?: string): Answer => answer('unknown', message, hint);
/** It does not concern this environment. */
export const notUsed = (message: string): Answer => ({ verdict: 'not-used', message });

/** For a check whose question is whether a call goes well: these codes are its failure, any other one is not its own. */
export async function whether(call: () => Promise<string>, failures: readonly string[]): Promise<Answer> {
  try {
    return ok(await call());
  } catch (error) {
    if (error instanceof DeliveryError && failures.includes(error.code))
      return fail(error.message, error.hint);
    throw error;
  }
}

function answer(verdict: CheckVerdict, message: string, hint: string | undefined): Answer {
  return { verdict, message, ...(hint !== undefined && { hint }) };
}
