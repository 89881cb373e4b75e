import { DeliveryError } from '@ehr/delivery-core';
import type { DeliveryErrorCode } from '@ehr/delivery-core';
import type { CheckName } from './check-catalog.ts';
import type { Subject } from './open-subject.ts';

/** `unknown`: it could not be asked · `not-used`: it does not concern this environment. */
export type CheckVerdict = 'ok' | 'warn' | 'fail' | 'unknown' | 'not-used';

/** What one check found. */
export interface Finding {
  readonly name: CheckName;
  readonly verdict: CheckVerdict;
  readonly says: string;
  /** What to do; null when there is nothing to do. */
  readonly next: string | null;
}

/** A check's answer; without `next` the catalogue's is taken. */
export interface Answer {
  readonly verdict: CheckVerdict;
  readonly says: string;
  readonly next?: string;
}

/** Asks one thing. What it throws makes it `unknown`, and no other check. */
export type Check = (subject: Subject) => Promise<Answer>;

export const ok = (says: string): Answer => ({ verdict: 'ok', says });
export const warn = (says: string, next?: string): Answer => answer('warn', says, next);
export const fail = (says: string, next?: string): Answer => answer('fail', says, next);
export const unknown = (says: string, next?: string): Answer => answer('unknown', says, next);
export const notUsed = (says: string): Answer => ({ verdict: 'not-used', says });

/** For a check whose question is whether a call goes well: these codes are its failure, any other one is not its own. */
export async function whether(
  call: () => Promise<string>,
  failures: readonly DeliveryErrorCode[],
): Promise<Answer> {
  try {
    return ok(await call());
  } catch (error) {
    if (error instanceof DeliveryError && failures.includes(error.code))
      return fail(error.message, error.hint);
    throw error;
  }
}

function answer(verdict: CheckVerdict, says: string, next: string | undefined): Answer {
  return { verdict, says, ...(next !== undefined && { next }) };
}
