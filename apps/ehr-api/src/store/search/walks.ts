import { clinicalDateOf, type Criterion } from '@ehr/fhir/server';
import { binding, type Store } from '../context.ts';
import { named } from './conditions.ts';
import { saysMarks } from './marked.ts';
import { isMergeable, isWide, rangesOf } from './ranges.ts';
import { isNegative, type Where } from './rows.ts';
import { nameOf } from './statement-names.ts';

/** How the resources of a search are come by. */
export type Walk =
  /**
   * Along the index rows of one criterion, in the order of what happened; or along those of its rows that `few` has. `isMerged`:
   * each of its references in its order, however many rows they have.
   */
  | {
      readonly kind: 'criterion';
      readonly criterion: Criterion;
      readonly few?: Criterion;
      readonly isMerged?: true;
    }
  /** Few: all that one criterion finds, put in order afterwards. */
  | { readonly kind: 'collected'; readonly criterion: Criterion }
  /** Along all of the type. */
  | { readonly kind: 'type' };

/** Index rows that are in order are read for each value; more values are met by asking each resource. */
const MOST_VALUES = 20;
/** So many rows are put in order; and so many read for it, where their marks tell which are worth it. */
const [MOST_GATHERED, MOST_READ] = [5_000, 10_000];
/** So many keys are collected and put in order at most. */
export const MOST_COLLECTED = 2_000;

/**
 * The walk with the least to pass over, in the order of what happened. Each page chooses anew: criteria that are walked along
 * all have the same order. Null where none is: the last changed come first (`chooseCollected`). `must`: the page before was in
 * this order, so this one is.
 */
export async function chooseOrdered(
  store: Store,
  where: Where,
  criteria: readonly Criterion[],
  must: boolean,
): Promise<Walk | null> {
  const candidates = drivers(criteria);
  const ordered = candidates.filter(isOrdered);
  const [first] = ordered;
  if (first === undefined) return null;
  const others = candidates.filter(
    (one) => isBounded(one) && !isOrdered(one) && !isSpan(one, where.type) && !isOpen(one),
  );
  const gatherable = await fewOf(store, where, others);
  if (ordered.length === 1 && gatherable === undefined && !isWide(first))
    return { kind: 'criterion', criterion: first };
  // What both have may be anywhere along the walk: it is worth while to gather a tenth of what might be passed over.
  const enough = Math.max(1, 10 * (gatherable?.size ?? 100));
  const mostGathered = (one: Criterion) => (saysMarks(criteria.filter((other) => other !== one), where) ? MOST_READ : MOST_GATHERED); // prettier-ignore
  const most = Math.max(enough, ...ordered.filter(isWide).map((one) => mostGathered(one) + 1));
  const sizes = await sizesOf(store, where, ordered, most);
  const sizeOf = (one: Criterion) => sizes[ordered.indexOf(one)] ?? most;
  const isFew = (one: Criterion) => !isWide(one) || sizeOf(one) <= mostGathered(one);
  const allowed = ordered.filter((one) => must || isFew(one) || isMergeable(one));
  if (allowed.length === 0) return null;
  const criterion = least(allowed, allowed.map(sizeOf));
  const isWorth = gatherable !== undefined && sizeOf(criterion) >= enough;
  if (isWorth) return { kind: 'criterion', criterion, few: gatherable.few };
  return {
    kind: 'criterion',
    criterion,
    ...(!isFew(criterion) && isMergeable(criterion) && { isMerged: true }),
  };
}

/** The criterion that finds the fewest, if they are few. */
async function fewOf(
  store: Store,
  where: Where,
  criteria: readonly Criterion[],
): Promise<{ readonly few: Criterion; readonly size: number } | undefined> {
  if (criteria.length === 0) return undefined;
  const sizes = await sizesOf(store, where, criteria, MOST_COLLECTED + 1);
  const size = Math.min(...sizes);
  return size > MOST_COLLECTED ? undefined : { few: least(criteria, sizes), size };
}

/** Whether all amounts or days have to be looked through for it: an index says where they begin, not where they end. */
function isOpen(criterion: Criterion): boolean {
  if (criterion.type !== 'date' && criterion.type !== 'quantity') return false;
  return criterion.anyOf.some(({ prefix }) => prefix === 'gt' || prefix === 'ge');
}

/** Whether it says when what is looked for happened: a walk in that order begins and ends there. */
function isSpan(criterion: Criterion, type: string): boolean {
  return criterion.type === 'date' && criterion.parameter === clinicalDateOf(type)?.name;
}

/** What finds few enough to be collected, or all of the type. `must`: the page before was of what was collected. */
export async function chooseCollected(
  store: Store,
  where: Where,
  criteria: readonly Criterion[],
  must: boolean,
): Promise<Walk> {
  const id = criteria.find(({ type }) => type === 'id');
  if (id !== undefined) return { kind: 'collected', criterion: id };
  const bounded = drivers(criteria).filter(isBounded);
  if (bounded.length === 0) return { kind: 'type' };
  const [only, ...more] = bounded;
  // To count what holds a text takes as long as to find it.
  if (only !== undefined && more.length === 0 && (must || holdsText(only)))
    return { kind: 'collected', criterion: only };
  const sizes = await sizesOf(store, where, bounded, MOST_COLLECTED + 1);
  if (!must && Math.min(...sizes) > MOST_COLLECTED) return { kind: 'type' };
  return { kind: 'collected', criterion: least(bounded, sizes) };
}

/** Whether a criterion's rows are more than so many. */
export async function isMore(
  store: Store,
  where: Where,
  criterion: Criterion,
  most: number,
): Promise<boolean> {
  if (criterion.type === 'id' || holdsText(criterion)) return false;
  const [size = 0] = await sizesOf(store, where, [criterion], most + 1);
  return size > most;
}

/** The criterion by whose rows another is collected: itself, or a part of it; undefined where no index has them. */
export function collectable(criterion: Criterion): Criterion | undefined {
  if (criterion.type === 'id') return criterion;
  return drivers([criterion]).find(isBounded);
}

/** The criteria that may be walked along, and the parts of composites: what meets a composite meets each. */
function drivers(criteria: readonly Criterion[]): readonly Criterion[] {
  return criteria.flatMap((criterion) => {
    if (criterion.type !== 'composite') return [criterion];
    const [only, ...more] = criterion.anyOf;
    if (only === undefined || more.length > 0) return [];
    return only.map((part) => named(part, 'parameter' in part ? part.parameter : ''));
  });
}

/** Whether its rows have the time of what happened. */
function isOrdered(criterion: Criterion): boolean {
  if (criterion.type === 'compartment') return true;
  if (isNegative(criterion)) return false;
  if (criterion.type === 'token') return criterion.anyOf.length <= MOST_VALUES;
  return (
    criterion.type === 'reference' && criterion.anyOf.every(({ targetTypes }) => targetTypes.length === 1)
  );
}

/** Whether it asks for a part of texts: all of them are looked through. */
function holdsText(criterion: Criterion): boolean {
  return criterion.type === 'string' && criterion.anyOf.some(({ how }) => how === 'contains');
}

/** Whether what it finds can be collected from an index. */
function isBounded(criterion: Criterion): boolean {
  switch (criterion.type) {
    case 'token':
      return !isNegative(criterion);
    case 'date':
    case 'quantity':
      return criterion.anyOf.every(({ prefix }) => prefix !== 'ne');
    case 'reference':
      return criterion.anyOf.every(({ targetTypes }) => targetTypes.length > 0);
    case 'string':
    case 'uri':
    case 'near':
    case 'compartment':
      return true;
    case 'or':
      return criterion.anyOf.every(isBounded);
    default:
      return false;
  }
}

function least(criteria: readonly Criterion[], sizes: readonly number[]): Criterion {
  return criteria[sizes.indexOf(Math.min(...sizes))] as Criterion;
}

/** Sizes say only how to search, so one that was counted a while ago will do. */
const REMEMBERED_MS = 300_000;
const MOST_REMEMBERED = 5_000;

/** How many rows each has, counted as far as `most`. */
async function sizesOf(
  { on, sizes, access }: Store,
  where: Where,
  criteria: readonly Criterion[],
  most: number,
): Promise<readonly number[]> {
  const now = Date.now();
  const keys = criteria.map((criterion) => JSON.stringify([access.tenantId, where.type, most, criterion]));
  const unknown = criteria.filter((_one, index) => (sizes.get(keys[index] ?? '')?.until ?? 0) < now);
  if (unknown.length > 0) {
    const { values, bind } = binding();
    const counts = unknown.map((criterion, index) => {
      const each = rangesOf(criterion, where, bind).map((range) => `(select 1 from ${range} limit ${most})`);
      return `(select count(*)::int from (${each.length === 0 ? 'select 1 where false' : each.join(' union all ')}) c) as c${index}`;
    });
    const sql = `select ${counts.join(', ')}`;
    const [row] = await on.query<Record<string, number>>(sql, values, nameOf(sql));
    if (sizes.size > MOST_REMEMBERED) sizes.clear();
    unknown.forEach((criterion, index) => {
      const size = row?.[`c${index}`] ?? 0;
      sizes.set(keys[criteria.indexOf(criterion)] ?? '', { size, until: now + REMEMBERED_MS });
    });
  }
  return keys.map((key) => sizes.get(key)?.size ?? 0);
}
