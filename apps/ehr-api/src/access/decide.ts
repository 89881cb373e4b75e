import { compartmentParameters } from '@ehr/fhir/server';
import type { Role } from '../config/issuers.ts';
import type { Letter } from '../store/access.ts';
import { DIRECTORY, roleAllows } from './roles.ts';
import type { Scope } from './scopes.ts';

/** Who asks, as a token that was checked says it. */
export interface Principal {
  /** Of the issuer; with it, of the whole world. */
  readonly subject: string;
  readonly issuer: string;
  /** The program by which they ask. */
  readonly client: string;
  /** Nobody: the program asks by itself. */
  readonly isSystem: boolean;
  readonly tenant: string;
  /** Their issuer gives them a role, also where it is none of ours. */
  readonly isStaff: boolean;
  readonly roles: readonly Role[];
  readonly scopes: readonly Scope[];
  /** What they ask for; null where their token does not say. */
  readonly purpose: string | null;
  /** The id of the patient in context. */
  readonly patient: string | null;
}

/** Resources that may be met: of this patient alone, and that this search finds. */
export interface Part {
  readonly patient: string | null;
  readonly query: Scope['query'];
}

/** All of a type, or the parts of it that are named; no part: nothing. */
export type Permission = 'all' | readonly Part[];

const NOTHING: Permission = [];

/** A type has so many parts for somebody; of more, none. */
const MOST_PARTS = 10;

/**
 * What somebody may do this with, of the resources of a type. A scope allows what its holder may do and no more: a user's
 * role has to allow it, too; where a patient is in context, it is about that patient's chart and what belongs to nobody.
 */
export function permissionOf(principal: Principal, type: string, letter: Letter): Permission {
  const parts = principal.scopes
    .filter((scope) => (scope.type === '*' || scope.type === type) && scope.letters.includes(letter))
    .flatMap((scope) => partsOf(principal, scope, type, letter));
  if (parts.some(({ patient, query }) => patient === null && query.length === 0)) return 'all';
  const different = [...new Map(parts.map((part) => [JSON.stringify(part), part])).values()];
  // Each is asked of every resource: who needs more is to be given the type.
  return different.length > MOST_PARTS ? NOTHING : different;
}

function partsOf(principal: Principal, { of, query }: Scope, type: string, letter: Letter): readonly Part[] {
  const { roles, patient, isSystem, isStaff } = principal;
  const isAllowed = roles.some((role) => role !== 'system' && roleAllows(role, type, letter));
  switch (of) {
    case 'system':
      return isSystem && roleAllows('system', type, letter) ? [{ patient: null, query }] : [];
    case 'user':
      return !isSystem && isAllowed ? [{ patient: null, query }] : [];
    case 'patient':
      // Who is given no role by their issuer, of whatever name, is the patient, or somebody who acts for them.
      if (isSystem || patient === null || (isStaff && !isAllowed)) return [];
      if (DIRECTORY.includes(type)) return letter === 'r' || letter === 's' ? [{ patient: null, query }] : [];
      return isOfChart(type) ? [{ patient, query }] : [];
  }
}

/**
 * Whether records that are labelled as restricted are hidden from somebody: from all who are employed, whatever their role. A
 * patient sees their own chart, and a program all that it is let in to.
 */
export function isBehindGlass({ isSystem, isStaff }: Principal): boolean {
  return isStaff && !isSystem;
}

/** Whether a patient's chart has resources of this type. Who saw it is not in it. */
function isOfChart(type: string): boolean {
  return type === 'Patient' || (type !== 'AuditEvent' && compartmentParameters(type).length > 0);
}
