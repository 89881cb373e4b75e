import { type Criterion, parseSearch, type SearchLimits, searchParameterOf } from '@ehr/fhir/server';
import { type Access, accessTo, type Letter, type Reach } from '../store/access.ts';
import { isBehindGlass, type Part, permissionOf, type Principal } from './decide.ts';
import { mayBreakGlass } from './roles.ts';

/** What somebody may do in a tenant, as conditions of every statement. */
export function accessOf(principal: Principal, tenantId: number, limits: SearchLimits): Access {
  const known = new Map<string, Reach>();
  const reach: Access['reach'] = (type, letter) => {
    const key = `${letter} ${type}`;
    const own = known.get(key) ?? reachOf(principal, type, letter, limits);
    known.set(key, own);
    return own;
  };
  const { issuer, subject } = principal;
  return accessTo(tenantId, reach, {
    restricted: isBehindGlass(principal) ? { issuer, subject } : null,
    opensCharts: principal.roles.some(mayBreakGlass),
  });
}

function reachOf(principal: Principal, type: string, letter: Letter, limits: SearchLimits): Reach {
  const permission = permissionOf(principal, type, letter);
  return permission === 'all'
    ? permission
    : permission
        .map((part) => criteriaOf(part, type, letter, limits))
        .filter((criteria) => criteria !== null);
}

/** What a resource of the type has to meet; null where that cannot be told: such a part allows nothing. */
function criteriaOf(
  { patient, query }: Part,
  type: string,
  letter: Letter,
  limits: SearchLimits,
): readonly Criterion[] | null {
  const ofPatient = patient === null ? null : chartOf(patient, type, letter);
  if (ofPatient === undefined) return null;
  const own = ofPatient === null ? [] : [ofPatient];
  if (query.length === 0) return own;
  const parsed = parseSearch(query, { type, now: new Date(), base: '', limits, lenient: false }); // prettier-ignore
  if ('issues' in parsed) return null;
  const { criteria } = parsed.search;
  // One for each parameter: what only says how to answer, or leads along references, is no limit of what may be seen.
  if (criteria.length !== query.length || !criteria.every(({ type: kind }) => PLAIN.has(kind))) return null;
  return [...own, ...criteria];
}

/**
 * What makes a record one of this patient's: to be read, that it speaks of them in any part that HL7's compartment has; to be
 * written, that it is about them. Undefined: it cannot be.
 */
function chartOf(patient: string, type: string, letter: Letter): Criterion | undefined {
  if (type === 'Patient') return { type: 'id', anyOf: [patient] };
  if (letter === 'r' || letter === 's') return { type: 'compartment', patient };
  const parameter = ['patient', 'subject'].find(
    (name) => searchParameterOf(type, name)?.kind === 'reference',
  );
  if (parameter === undefined) return undefined;
  return { type: 'reference', parameter, anyOf: [{ targetTypes: ['Patient'], targetId: patient }] };
}

const PLAIN: ReadonlySet<Criterion['type']> = new Set(['id', 'token', 'string', 'date', 'reference', 'uri', 'quantity']); // prettier-ignore
