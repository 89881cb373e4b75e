/** What a search is made of: types of parameters with their modifiers and value forms, and what shapes the answer. */
export const allKinds = [
  'string', 'string:exact', 'string:contains', 'token', 'token:not', 'token:text', 'token:of-type',
  'date', 'number', 'quantity', 'composite', 'uri', 'uri:above', 'uri:below',
  'reference', 'reference:Type', 'reference:identifier', 'reference by address', 'reference to a canonical',
  'missing', '_id', '_lastUpdated', '_tag', '_profile', '_security', '_source', '_list', 'elements without a value',
  'chain', '_has', '_include', '_revinclude', ':iterate', '_sort', '_total', '_total=estimate', '_summary=count',
  'compartment', 'whole compartment', 'whole compartment by parameters', 'system',
  'or', 'and', 'refused', 'lenient', 'POST',
] as const; // prettier-ignore
export type Kind = (typeof allKinds)[number];

/** What the server does not have, or not as the oracle has it: a kind is turned on by taking it from here. */
const OFF: readonly Kind[] = ['whole compartment by parameters'];

/** What server and oracle are compared by. */
export const KINDS: readonly Kind[] = allKinds.filter((kind) => !OFF.includes(kind));
