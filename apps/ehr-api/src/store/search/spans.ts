import { clinicalDateOf, type Criterion } from '@ehr/fhir/server';
import { DATED } from '../marks.ts';
import type { Bind } from './values.ts';

/** Between which times all lie that meet the criteria by date: rows are in the order of when that begins. */
export function spanOf(
  type: string,
  criteria: readonly Criterion[],
): readonly (readonly [sign: '>=' | '<', time: number])[] {
  return criteria.flatMap((criterion) => {
    const asked = whenOf(criterion, type);
    if (asked === undefined) return [];
    const { low, high } = asked.range;
    switch (asked.prefix) {
      case 'eq':
        return [
          ['>=', low],
          ['<', high],
        ] as const;
      case 'sa':
        return [['>=', high]] as const;
      case 'lt':
      case 'eb':
        return [['<', low]] as const;
      case 'le':
      case 'ap':
        return [['<', high]] as const;
      default:
        return [];
    }
  });
}

/** From which time on, or up to which, all that happened meets a criterion, whenever it ended; undefined where that is not known. */
export function limitOf(
  criterion: Criterion,
  type: string,
): readonly [sign: '>=' | '<', time: number] | undefined {
  const asked = whenOf(criterion, type);
  if (asked === undefined) return undefined;
  const { low, high } = asked.range;
  switch (asked.prefix) {
    case 'ge':
      return ['>=', low];
    case 'sa':
      return ['>=', high];
    case 'lt':
    case 'le':
      return ['<', low];
    default:
      return undefined;
  }
}

/** The same of a row `d` in the order of what happened, whose marks say that it is that. */
export function tellsOf(criterion: Criterion, type: string, bind: Bind): string | undefined {
  const limit = limitOf(criterion, type);
  return limit && `(d.marks & ${DATED} = ${DATED} and d.k0 ${limit[0]} ${bind(String(limit[1]))}::bigint)`;
}

/** The one value by which a criterion asks when it happened, where that happens once. */
function whenOf(criterion: Criterion, type: string) {
  const date = clinicalDateOf(type);
  if (criterion.type !== 'date' || date === undefined || date.many || criterion.parameter !== date.name)
    return undefined;
  const [only, ...more] = criterion.anyOf;
  return more.length > 0 ? undefined : only;
}
