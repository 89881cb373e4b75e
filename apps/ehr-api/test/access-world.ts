import { permissionOf, type Principal } from '../src/access/decide.ts';
import type { Letter } from '../src/store/access.ts';

/** Records of two tenants, under the same ids: of whom each is, and how it is found. */
interface Known {
  readonly type: string;
  readonly id: string;
  readonly patient: string | null;
  readonly category?: string;
  readonly resource: object;
}

const SYSTEM = 'http://terminology.hl7.org/CodeSystem/observation-category';
const made = (
  type: string,
  id: string,
  patient: string | null,
  elements: object,
  category?: string,
): Known => ({
  type,
  id,
  patient,
  ...(category !== undefined && { category }),
  resource: {
    resourceType: type,
    id,
    ...(patient !== null && type !== 'Patient' && { subject: { reference: `Patient/${patient}` } }),
    ...elements,
  },
});
const observation = (id: string, patient: string, category: string) =>
  made('Observation', id, patient, { status: 'final', code: { text: 'x', coding: [{ system: 'urn:c', code: 'c' }] }, category: [{ coding: [{ system: SYSTEM, code: category }] }], encounter: { reference: `Encounter/e-${patient}` }, performer: [{ reference: 'Practitioner/d' }] }, category); // prettier-ignore

const ofPatient = (patient: string): readonly Known[] => [
  made('Patient', patient, patient, { name: [{ family: `Canary${patient}` }], generalPractitioner: [{ reference: 'Practitioner/d' }] }),
  observation(`lab-${patient}`, patient, 'laboratory'),
  observation(`vital-${patient}`, patient, 'vital-signs'),
  made('Condition', `c-${patient}`, patient, {}),
  made('Encounter', `e-${patient}`, patient, { status: 'finished', class: { code: 'AMB' } }),
]; // prettier-ignore

export const records: readonly Known[] = [
  ...['p1', 'p2', 'p3'].flatMap(ofPatient),
  made('Practitioner', 'd', null, { name: [{ family: 'Doctor' }] }),
  made('Medication', 'm', null, {}),
  made('Questionnaire', 'q', null, { status: 'active' }),
  made('Task', 't', null, { status: 'requested', intent: 'order' }),
]; // prettier-ignore

export const TYPES = [...new Set(records.map(({ type }) => type))];

/** The ids of a type with which somebody may do this, from a plain reading of what they are allowed. */
export function idsWithin(principal: Principal, type: string, letter: Letter): readonly string[] | null {
  const permission = permissionOf(principal, type, letter);
  if (permission !== 'all' && permission.length === 0) return null;
  return records
    .filter((one) => one.type === type)
    .filter(
      ({ patient, category }) =>
        permission === 'all' ||
        permission.some(
          (part) =>
            (part.patient === null || part.patient === patient) &&
            part.query.every(([name, value]) => name === 'category' && value === category),
        ),
    )
    .map(({ id }) => id);
}

export const patientOf = (id: string): string | null => records.find((one) => one.id === id)?.patient ?? null;
