import { hash } from 'node:crypto';
import { parseSearch } from '@ehr/fhir/server';
import { findResources } from '../store/find-resources.ts';
import type { FoundResource } from '../store/stored-version.ts';
import type { Context, Pair } from './exchange.ts';
import { FhirError, refusal } from './fhir-error.ts';
import { demandLetter } from './permission.ts';

/**
 * The one resource that a condition finds, or none. Until the transaction ends nobody else does anything under the same
 * condition: of six that register a patient by number at once, five find the one that the first made.
 * @throws FhirError 400 for a condition that is none, 412 where it finds several
 */
export async function findOne(
  context: Context,
  type: string,
  query: readonly Pair[],
): Promise<FoundResource | undefined> {
  const parsed = parseSearch(query, {
    type,
    lenient: false,
    now: context.now(),
    base: '',
    limits: context.settings.search,
  });
  if ('issues' in parsed) throw new FhirError(400, parsed.issues);
  const { search } = parsed;
  if (search.criteria.length === 0)
    throw refusal(
      400,
      'invalid',
      'The condition has no search parameter; without one it would be about everything.',
    );
  const words = [context.access.tenantId, type, ...search.used.map((pair) => pair.join('=')).sort()].join(
    '&',
  );
  const lock = Buffer.from(hash('sha256', words, 'buffer'))
    .readBigInt64BE()
    .toString();
  demandLetter(context.access, type, 's');
  await context.on.query('select pg_advisory_xact_lock($1::text::bigint)', [lock]);
  const { matches } = await findResources(context, type, { ...search, count: 2 });
  if (matches.length > 1)
    throw refusal(
      412,
      'multiple-matches',
      `The condition finds more than one ${type}; make it narrower. Nothing was changed.`,
    );
  return matches[0];
}

/** The pairs of a query as it is written: `identifier=a|b&name=c`. */
export function pairsOf(query: string): readonly Pair[] {
  return [...new URLSearchParams(query)];
}
