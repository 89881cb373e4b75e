import { resourceTypes } from '@ehr/fhir/server';
import { type Access, type Letter, reachOf } from '../store/access.ts';
import type { FhirRequest, InteractionCode } from './exchange.ts';
import { type FhirError, refusal } from './fhir-error.ts';
import { subjectOf } from './subject.ts';

/** Whether somebody may do something like this at all; with which resources, the statements tell. @throws FhirError 403 */
export function demandPermission(access: Access, code: InteractionCode, { path }: FhirRequest): void {
  const letters = lettersOf[code];
  const { type } = subjectOf(path);
  const isOfType = type !== '' && type !== '*' && code !== 'search-system' && code !== 'history-system';
  const types = isOfType ? [type] : resourceTypes();
  // Whose a version was cannot be told of all that ever were: such a history is read as a whole.
  const isWhole = code === 'history-type' || code === 'history-system';
  const may = (one: string, letter: Letter) => isWhole ? access.reach(one, letter) === 'all' : reachOf(access, one, letter) !== null; // prettier-ignore
  if (types.some((one) => letters.some((letter) => may(one, letter)))) return;
  throw forbidden(isOfType ? type : null, letters[0] ?? 'r');
}

/** The same, of one type. @throws FhirError 403 */
export function demandLetter(access: Access, type: string, letter: Letter): void {
  if (reachOf(access, type, letter) === null) throw forbidden(type, letter);
}

/** http://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#scopes-for-requesting-fhir-resources */
const lettersOf: Readonly<Record<InteractionCode, readonly Letter[]>> = {
  read: ['r'],
  vread: ['r'],
  'history-instance': ['r'],
  everything: ['r'],
  'break-glass': ['r'],
  // Who updates what is not there creates it.
  update: ['u', 'c'],
  patch: ['u'],
  delete: ['d'],
  create: ['c'],
  'search-type': ['s'],
  'search-system': ['s'],
  'history-type': ['s'],
  'history-system': ['s'],
};

const verbs: Readonly<Record<Letter, string>> = {
  c: 'create',
  r: 'read',
  u: 'change',
  d: 'delete',
  s: 'search',
};

/** The same words whether there is such a resource or not. */
export function forbidden(type: string | null, letter: Letter): FhirError {
  const what = type ?? 'anything';
  return refusal(
    403,
    'forbidden',
    `You may not ${verbs[letter]} ${type === null ? what : `this ${what}`}: it takes a scope such as user/${type ?? '*'}.${letter} and a role that may, or a patient's own chart.`,
  );
}
