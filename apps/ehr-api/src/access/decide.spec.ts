import { compartmentParameters, resourceTypes } from '@ehr/fhir/server';
import { describe, expect, it } from 'vitest';
import { type Role, roles } from '../config/issuers.ts';
import type { Letter } from '../store/access.ts';
import { permissionOf, type Principal } from './decide.ts';
import { parseScopes } from './scopes.ts';

const LETTERS: readonly Letter[] = ['c', 'r', 'u', 'd', 's'];
const somebody: Principal = {
  subject: 'u',
  issuer: 'https://id.example.org',
  client: 'app',
  isSystem: false,
  tenant: 'default',
  roles: [],
  scopes: [],
  patient: null,
  purpose: null,
  isStaff: false,
};
const with_ = (scope: string, changes: Partial<Principal> = {}): Principal => ({ ...somebody, scopes: parseScopes(scope), isStaff: (changes.roles ?? []).length > 0, ...changes }); // prettier-ignore
const inChart = (type: string) => type === 'Patient' || (compartmentParameters(type).length > 0 && type !== 'AuditEvent'); // prettier-ignore

/** What is never allowed, whatever else is: each is asked of every combination. */
const never: readonly (readonly [rule: string, (asked: Asked) => boolean])[] = [
  ['what no scope names', ({ scope, letter, type }) => !scope.letters.includes(letter) || (scope.type !== '*' && scope.type !== type)],
  ['a change of the audit', ({ type, letter }) => type === 'AuditEvent' && letter !== 'r' && letter !== 's'],
  ['a user’s scope, for who has no role', ({ scope, principal }) => scope.of === 'user' && principal.roles.length === 0],
  ['a user’s scope, for a program', ({ scope, principal }) => scope.of === 'user' && principal.isSystem],
  ['a program’s scope, for a user', ({ scope, principal }) => scope.of === 'system' && !principal.isSystem],
  ['a patient’s scope without a patient', ({ scope, principal }) => scope.of === 'patient' && principal.patient === null],
  ['a patient’s scope, for a change of what is nobody’s', ({ scope, type, letter }) => scope.of === 'patient' && !inChart(type) && letter !== 'r' && letter !== 's'],
  ['a patient’s scope, for binaries and bundles', ({ scope, type }) => scope.of === 'patient' && ['Binary', 'Bundle', 'AuditEvent', 'Parameters'].includes(type)],
  ['deletes by clinicians', ({ principal, letter }) => letter === 'd' && isOnly(principal, 'clinician')],
  ['charts, for the front desk', ({ principal, type }) => isOnly(principal, 'front-desk') && ['Observation', 'Condition', 'MedicationRequest', 'DocumentReference', 'Binary', 'AuditEvent'].includes(type)],
  ['charts, for administrators', ({ principal, type }) => isOnly(principal, 'administrator') && ['Observation', 'Condition', 'Encounter', 'DocumentReference', 'Binary', 'Task', 'AuditEvent'].includes(type)],
  ['anything but the audit, for auditors', ({ principal, type }) => isOnly(principal, 'auditor') && type !== 'AuditEvent'],
]; // prettier-ignore

/** A person with this role and no other; a program has no use for roles. */
function isOnly({ roles: own, isSystem }: Principal, role: Role): boolean {
  return !isSystem && own.join() === role;
}

interface Asked {
  readonly principal: Principal;
  readonly scope: Principal['scopes'][number];
  readonly type: string;
  readonly letter: Letter;
}

describe('what a scope and roles allow', () => {
  it('is nothing that must not be, in every combination', () => {
    let asked = 0;
    const allowed = new Map<string, number>();
    const roleSets: readonly (readonly Role[])[] = [[], ...roles.map((role) => [role]), ['front-desk', 'auditor'], [...roles]];
    for (const of of ['patient', 'user', 'system'])
      for (const scopeType of ['*', 'Patient', 'Observation', 'AuditEvent', 'Practitioner'])
        for (const letters of ['cruds', 'c', 'r', 'u', 'd', 's'])
          for (const own of roleSets)
            for (const patient of [null, 'p1'])
              for (const isSystem of [false, true]) {
                const principal = with_(`${of}/${scopeType}.${letters}`, { roles: own, patient, isSystem });
                const [scope] = principal.scopes;
                if (scope === undefined) throw new Error('It is a scope.');
                for (const type of resourceTypes())
                  for (const letter of LETTERS) {
                    asked += 1;
                    const permission = permissionOf(principal, type, letter);
                    if (permission !== 'all' && permission.length === 0) continue;
                    const who = `${of} ${own.join('+') || 'nobody'}`;
                    allowed.set(who, (allowed.get(who) ?? 0) + 1);
                    for (const [rule, isBroken] of never)
                      if (isBroken({ principal, scope, type, letter })) throw new Error(`${rule}: ${of}/${scopeType}.${letters} ${own.join()} ${type} ${letter}`);
                    if (of === 'patient' && inChart(type)) expect(permission).toEqual([{ patient: 'p1', query: [] }]);
                    else expect(permission).toBe('all');
                  }
              }
    process.stdout.write(`${asked} combinations; allowed: ${[...allowed].map(([who, n]) => `${who} ${n}`).join(', ')}\n`);
    expect(allowed.size).toBeGreaterThan(10);
  }, 120_000); // prettier-ignore

  it.each<readonly [scope: string, changes: Partial<Principal>, type: string, letter: Letter, permission: unknown]>([
    ['user/Observation.rs', { roles: ['clinician'] }, 'Observation', 's', 'all'],
    ['user/*.cruds', { roles: ['clinician'] }, 'Observation', 'u', 'all'],
    ['user/*.cruds', { roles: ['front-desk'] }, 'Appointment', 'c', 'all'],
    ['user/*.cruds', { roles: ['front-desk'] }, 'Encounter', 'r', 'all'],
    ['user/*.cruds', { roles: ['administrator'] }, 'Organization', 'd', 'all'],
    ['user/*.rs', { roles: ['auditor'] }, 'AuditEvent', 's', 'all'],
    ['user/*.rs', { roles: ['front-desk', 'clinician'] }, 'Observation', 'r', 'all'],
    ['system/*.rs', { isSystem: true }, 'Observation', 'r', 'all'],
    ['user/Observation.rs?category=laboratory', { roles: ['clinician'] }, 'Observation', 'r', [{ patient: null, query: [['category', 'laboratory']] }]],
    ['user/Observation.rs?category=laboratory user/*.r', { roles: ['clinician'] }, 'Observation', 'r', 'all'],
    ['patient/Observation.rs?category=a patient/Observation.rs?category=b', { patient: 'p1' }, 'Observation', 'r', [{ patient: 'p1', query: [['category', 'a']] }, { patient: 'p1', query: [['category', 'b']] }]],
    ['patient/*.rs', { patient: 'p1' }, 'Practitioner', 'r', 'all'],
    ['patient/*.rs', { patient: 'p1', roles: ['front-desk'] }, 'Observation', 'r', []],
    ['patient/*.rs user/*.rs', { patient: 'p1', roles: ['clinician'] }, 'Observation', 'r', 'all'],
  ])('%s of %j: %s %s', (scope, changes, type, letter, permission) => {
    expect(permissionOf(with_(scope, changes), type, letter)).toEqual(permission);
  }); // prettier-ignore
});

describe('a scope', () => {
  it.each([
    ['user/Patient.rs', [['user', 'Patient', 'rs']]],
    ['patient/*.cruds', [['patient', '*', 'cruds']]],
    ['patient/Observation.read user/*.write system/*.*', [['patient', 'Observation', 'rs'], ['user', '*', 'cud'], ['system', '*', 'cruds']]],
    // Letters have an order; types and contexts are those there are; what is something else says nothing of records.
    ['user/Patient.sr user/Patient. user/Patients.r users/Patient.r user/Patient.rr user/Patient user/Patient.rs# openid fhirUser launch/patient offline_access', []],
    ['', []],
  ])('%s', (text, scopes) => {
    expect(parseScopes(text).map(({ of, type, letters }) => [of, type, letters.join('')])).toEqual(scopes);
  }); // prettier-ignore
});
