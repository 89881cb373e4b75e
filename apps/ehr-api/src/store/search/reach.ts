import { resourceTypes } from '@ehr/fhir/server';
import type { Access, Letter, Reach } from '../access.ts';
import { typeId } from '../ids.ts';
import { openRows, openVersions } from '../opened-charts.ts';
import { withinReach } from './conditions.ts';
import { anyOf, probe, type Where } from './rows.ts';
import type { Bind } from './values.ts';

/** Conditions of the rows `row` of `resource`, of whatever type. */
export function withinReachOfAny(
  { access, tokenHash }: Omit<Where, 'type'>,
  letter: Letter,
  row: string,
  bind: Bind,
): readonly string[] {
  const open = openRows(access, row, bind);
  const types = Map.groupBy(resourceTypes(), (type) => nameOf(access.reach(type, letter)));
  if (types.get('all')?.length === resourceTypes().length) return open;
  const alternatives = [...types.values()].flatMap((own) => {
    const [first = ''] = own;
    const reach = access.reach(first, letter);
    if (reach !== 'all' && reach.length === 0) return [];
    const isOne = () => `${row}.type_id = any(${bind(own.map(typeId))}::int[])`;
    const patient = chartOf(reach);
    if (patient !== undefined) {
      const inChart = {
        table: 'compartment',
        params: null,
        anyOf: [`s.patient_id = ${bind(patient)}`],
      } as const;
      return [`(${isOne()} and ${probe(inChart, `s.pk = ${row}.pk`, bind)})`];
    }
    // What is asked of a parameter depends on the type.
    return reach === 'all'
      ? [isOne()]
      : own.map((type) => `(${row}.type_id = ${bind(typeId(type))}::int and ${withinReach({ type, access, tokenHash }, letter, row, bind).join(' and ')})`); // prettier-ignore
  });
  return [...open, anyOf(alternatives)];
}

/**
 * Conditions of old versions `v` of the resources `r` of a type, beside those of the resource itself: what the version said has to be
 * of the same patient. Where that cannot be told it is out of reach.
 */
export function oldWithinReach(access: Access, type: string, bind: Bind): readonly string[] {
  const reach = access.reach(type, 'r');
  const open = openVersions(access, bind);
  if (reach === 'all') return open;
  const patient = chartOf(reach);
  if (patient !== undefined) return [...open, `v.content ~ ${bind(speaksOf(patient))}`];
  const [[only] = []] = reach;
  return reach.length === 1 && reach[0]?.length === 1 && only?.type === 'id' ? open : [...open, 'false'];
}

/** What PostgreSQL finds a reference to a patient by; an id has no character of its own meaning but the dot. */
function speaksOf(patient: string): string {
  return `"reference"\\s*:\\s*"Patient\\\\?/${patient.replaceAll('.', '\\.')}["/\\\\]`;
}

/** The patient, where a reach is a chart and no less. */
function chartOf(reach: Reach): string | undefined {
  if (reach === 'all' || reach.length !== 1 || reach[0]?.length !== 1) return undefined;
  const [criterion] = reach[0];
  return criterion?.type === 'compartment' ? criterion.patient : undefined;
}

function nameOf(reach: Reach): string {
  return reach === 'all' ? 'all' : JSON.stringify(reach);
}
