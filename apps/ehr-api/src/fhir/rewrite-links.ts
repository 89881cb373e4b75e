import { linksOf, replaceStrings, type ResourceText } from '@ehr/fhir/server';
import type { ResourceBody } from '../store/write-resources.ts';
import { findOne, pairsOf } from './conditional.ts';
import type { Context } from './exchange.ts';
import { refusal } from './fhir-error.ts';
import type { PlannedWrite } from './plan-write.ts';

/** `fullUrl` of a bundle's entry → the reference to it: `Patient/1`. */
export type Addresses = ReadonlyMap<string, { readonly reference: string; readonly isNew: boolean }>;

/**
 * The write of a resource whose links to other entries of its bundle lead to where those are in the end, wherever HL7's
 * definitions say that a reference or an address is; conditional references (`Patient?identifier=…`) too.
 * @throws FhirError 412 where a conditional reference finds none or several
 */
export async function withAddresses(
  context: Context,
  plan: PlannedWrite,
  fullUrl: string | undefined,
  addresses: Addresses,
): Promise<PlannedWrite> {
  if (plan.method !== 'POST' && plan.method !== 'PUT') return plan;
  const body = plan.body(null);
  if (body === null) return plan;
  const replacements = new Map<string, string>();
  const base = /^(https?:\/\/.+\/)[A-Z]\w+\/[^/]+$/u.exec(fullUrl ?? '')?.[1];
  for (const { kind, value, path } of linksOf(body.value)) {
    const other =
      kind === 'reference'
        ? (addressOf(value, base, addresses) ?? (await conditional(context, value, path)))
        : addresses.get(value)?.reference;
    if (other !== undefined) replacements.set(path, other);
  }
  const narrative = narrativeOf(body, addresses);
  if (narrative !== undefined) replacements.set('text.div', narrative);
  if (replacements.size === 0) return plan;
  const rewritten = rewrite(body, replacements);
  return { ...plan, body: () => rewritten };
}

function addressOf(value: string, base: string | undefined, addresses: Addresses): string | undefined {
  const [, plain = value, version] = /^(.*)\/_history\/([^/]+)$/u.exec(value) ?? [];
  const found = addresses.get(plain) ?? (base === undefined ? undefined : addresses.get(base + plain));
  if (found === undefined) return undefined;
  return version === undefined
    ? found.reference
    : `${found.reference}/_history/${found.isNew ? '1' : version}`;
}

/** http://hl7.org/fhir/R4/http.html#trules: a search that finds one resource, in place of a reference. */
async function conditional(context: Context, value: string, path: string): Promise<string | undefined> {
  const [, type, query = ''] = /^([A-Z][A-Za-z]+)\?(.+)$/u.exec(value) ?? [];
  if (type === undefined) return undefined;
  const found = await findOne(context, type, pairsOf(query));
  if (found === undefined)
    throw refusal(412, 'not-found', `The conditional reference finds no ${type}.`, `Resource.${path}`);
  return `${type}/${found.id}`;
}

/** Links of the narrative. */
function narrativeOf({ value }: ResourceBody, addresses: Addresses): string | undefined {
  const { div } = (value['text'] ?? {}) as { readonly div?: unknown };
  if (typeof div !== 'string') return undefined;
  const changed = div.replace(/\b(href|src)="([^"]+)"/gu, (link, name: string, target: string) => {
    const found = addresses.get(target);
    return found === undefined ? link : `${name}="${found.reference}"`;
  });
  return changed === div ? undefined : changed;
}

function rewrite({ value, text }: ResourceBody, replacements: ReadonlyMap<string, string>): ResourceBody {
  const printed: ResourceText = {
    members: replaceStrings(`{${text.members}}`, replacements).slice(1, -1),
    meta: text.meta,
  };
  const { resourceType, id, meta } = value;
  const own = JSON.parse(`{${printed.members}}`) as object;
  return {
    value: { resourceType, ...(id !== undefined && { id }), ...(meta !== undefined && { meta }), ...own },
    text: printed,
  };
}
