/** What a search is made of: types of parameters with their modifiers and value forms, and what shapes the answer. */
export const allKinds = [
  ...['string', 'string:exact', 'string:contains'],
  ...['token', 'token:not', 'token:text', 'token:of-type'],
  ...['date', 'number', 'quantity', 'composite'],
  ...[
    'reference',
    'reference:Type',
    'reference:identifier',
    'reference by address',
    'reference to a canonical',
  ],
  ...['uri', 'uri:above', 'uri:below'],
  ...[
    'elements without a value',
    'missing',
    '_id',
    '_lastUpdated',
    '_tag',
    '_profile',
    '_security',
    '_source',
    '_list',
  ],
  ...[
    'chain',
    '_has',
    '_include',
    '_revinclude',
    ':iterate',
    '_sort',
    '_total',
    '_total=estimate',
    '_summary=count',
  ],
  ...[
    'compartment',
    'whole compartment',
    'whole compartment by parameters',
    'system',
    'or',
    'and',
    'refused',
    'lenient',
    'POST',
  ],
] as const;
export type Kind = (typeof allKinds)[number];

/** What the server does not have yet, or not as the oracle has it: it is not compared. */
const OFF: readonly Kind[] = ['whole compartment by parameters'];

/** What server and oracle are compared by. */
export const KINDS: readonly Kind[] = allKinds.filter((kind) => !OFF.includes(kind));
