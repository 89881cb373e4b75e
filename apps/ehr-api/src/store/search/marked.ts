import type { Criterion } from '@ehr/fhir/server';
import { codeMark, patientMark } from '../marks.ts';
import { isNegative, type Where } from './rows.ts';
import type { Bind } from './values.ts';

/** Of more values each marks so much that nothing is left out. */
const MOST_VALUES = 10;

/**
 * What is asked of the rows `row` that are walked along before anything is looked up: that they may meet these criteria. Rows that
 * a release before this one wrote have no marks.
 */
export function mayMeet(
  criteria: readonly Criterion[],
  where: Where,
  row: string,
  bind: Bind,
): readonly string[] {
  const asked = criteria.flatMap((criterion) => marksOf(criterion, where));
  if (asked.length === 0) return [];
  const isSet = (marks: bigint) => {
    const bound = `${bind(String(marks))}::bigint`;
    return `${row}.marks & ${bound} = ${bound}`;
  };
  const all = asked.map(([only = 0n, ...more]) => (more.length === 0 ? only : 0n)).reduce((a, b) => a | b);
  const any = asked.filter(({ length }) => length > 1).map((each) => `(${each.map(isSet).join(' or ')})`);
  return [`(${row}.marks is null or (${[...(all === 0n ? [] : [isSet(all)]), ...any].join(' and ')}))`];
}

/** Whether marks tell anything of what may meet these criteria. */
export function saysMarks(criteria: readonly Criterion[], where: Where): boolean {
  return criteria.some((criterion) => marksOf(criterion, where).length > 0);
}

/** What meets a criterion has one of these marks; none where that says nothing. */
function marksOf(criterion: Criterion, { tokenHash }: Where): readonly (readonly bigint[])[] {
  const marks = (): readonly (bigint | undefined)[] => {
    switch (criterion.type) {
      case 'token':
        if (isNegative(criterion)) return [];
        return criterion.anyOf.map(({ code }) => (code ? codeMark(tokenHash('code', code)) : undefined));
      case 'reference':
        return criterion.anyOf.map(({ targetTypes, targetId }) =>
          targetTypes.join() === 'Patient' ? patientMark(targetId, tokenHash) : undefined,
        );
      case 'compartment':
        return [patientMark(criterion.patient, tokenHash)];
      default:
        return [];
    }
  };
  const own = marks().filter((mark) => mark !== undefined);
  const isWhole = 'anyOf' in criterion ? own.length === criterion.anyOf.length : true;
  return own.length === 0 || own.length > MOST_VALUES || !isWhole ? [] : [own];
}
