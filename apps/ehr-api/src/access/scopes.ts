import { isResourceType } from '@ehr/fhir/server';
import type { Letter } from '../store/access.ts';

/** What a token allows: http://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html */
export interface Scope {
  /** The patient in context; what the user may; what the client may by itself. */
  readonly of: 'patient' | 'user' | 'system';
  /** A type of resource, or `*`. */
  readonly type: string;
  readonly letters: readonly Letter[];
  /** Only resources that this search finds: `category=laboratory`. */
  readonly query: readonly (readonly [name: string, value: string])[];
}

/** As version 1 wrote them. */
const VERSION_1: Readonly<Record<string, readonly Letter[]>> = {
  read: ['r', 's'],
  write: ['c', 'u', 'd'],
  '*': ['c', 'r', 'u', 'd', 's'],
};

/** The scopes for records in a token's `scope`; others, and what is written wrongly, allow nothing. */
export function parseScopes(text: string): readonly Scope[] {
  return text.split(' ').flatMap((one) => parseScope(one) ?? []);
}

function parseScope(text: string): Scope | undefined {
  const [, of, type, old, letters, query] =
    /^(patient|user|system)\/(\*|[A-Z][A-Za-z]+)\.(?:(read|write|\*)|(c?r?u?d?s?)(?:\?(.+))?)$/u.exec(text) ?? []; // prettier-ignore
  if (of === undefined || type === undefined || (type !== '*' && !isResourceType(type))) return undefined;
  const allowed = old === undefined ? ([...(letters ?? '')] as Letter[]) : VERSION_1[old];
  if (allowed === undefined || allowed.length === 0) return undefined;
  return { of: of as Scope['of'], type, letters: allowed, query: [...new URLSearchParams(query ?? '')] };
}
