import { printPretty, printResource, readResourceText, typeDefinition } from '@ehr/fhir/server';
import type { Pair } from './exchange.ts';
import { refusal } from './fhir-error.ts';

/** The parameters that say how much of a resource is shown, and how. */
export const shapes = ['_format', '_pretty', '_summary', '_elements'] as const;

const SUMMARIES = ['true', 'text', 'data', 'count', 'false'] as const;
type Summary = (typeof SUMMARIES)[number];

/** What the query asks of the shape. @throws FhirError 400 for a value that is none */
export function shapeOf(query: readonly Pair[]): {
  readonly summary: Summary;
  readonly elements: readonly string[];
} {
  const one = (name: string) => query.find(([key]) => key === name)?.[1];
  const summary = SUMMARIES.find((value) => value === (one('_summary') ?? 'false'));
  if (summary === undefined)
    throw refusal(400, 'invalid', '_summary must be true, text, data, count or false.', 'http._summary');
  const elements = (one('_elements') ?? '').split(',').filter((name) => name !== '');
  if (!elements.every((name) => /^[a-z]\w*$/iu.test(name)))
    throw refusal(
      400,
      'invalid',
      '_elements must be names of elements, such as name,birthDate.',
      'http._elements',
    );
  return { summary, elements };
}

/** What is shown of a stored resource. */
export type Subset = (content: string) => string;

/** The resource, or of it what `_summary` and `_elements` ask for, marked as a subset. */
export function subsetBy(query: readonly Pair[]): Subset {
  const { summary, elements } = shapeOf(query);
  const isShown = shown(summary, elements);
  return isShown === null ? (content) => content : (content) => cut(content, isShown);
}

/** Whether an element of a type is shown; null: all are. */
type IsShown = (name: string, required: boolean, inSummary: boolean) => boolean;

function shown(summary: Summary, elements: readonly string[]): IsShown | null {
  if (elements.length > 0) return (name, required) => required || elements.includes(name);
  switch (summary) {
    case 'text':
      return (name, required) => required || name === 'text';
    case 'data':
      return (name) => name !== 'text';
    case 'true':
      return (_name, required, inSummary) => required || inSummary;
    default:
      return null;
  }
}

const SUBSETTED = '{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}';

function cut(content: string, isShown: IsShown): string {
  const { resourceType, id, meta } = JSON.parse(content) as {
    resourceType: string;
    id: string;
    meta: { versionId: string; lastUpdated: string };
  };
  const elements = typeDefinition(resourceType)?.elements;
  const text = readResourceText(content, (key) => {
    const name = key.startsWith('_') ? key.slice(1) : key;
    const { required = false, summary = false, choice } = elements?.get(name) ?? {};
    return isShown(choice?.replace('[x]', '') ?? name, required, summary) || isShown(name, required, summary);
  });
  const { versionId, lastUpdated, tag = [], ...others } = meta as typeof meta & { tag?: unknown[] };
  const inner = Object.entries(others).map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)},`,
  );
  const tags = `"tag":[${[...tag.map((one) => JSON.stringify(one)), SUBSETTED].join(',')}]`;
  const stamp = { type: resourceType, id, version: Number(versionId), lastUpdated };
  return printResource({ members: text.members, meta: `${inner.join('')}${tags}` }, stamp);
}

/** A body as `_pretty` wants it. */
export function asAsked(query: readonly Pair[], body: string): string {
  return query.some(([name, value]) => name === '_pretty' && value === 'true') ? printPretty(body) : body;
}
