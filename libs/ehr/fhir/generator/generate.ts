import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompartmentDefinition } from 'fhir/r4';
import type { Elements } from './compile-expression.ts';
import { type SearchRow, searchTable } from './search-table.ts';
import { readSpecification, type Specification } from './specification.ts';
import { type ElementTable, type TypeTables, typeTables } from './type-table.ts';

/** File in `src/generated` → its text, made of HL7's definitions: `nx run fhir:generate` writes them, a spec compares them. */
export function generatedFiles(): Readonly<Record<string, string>> {
  const specification = readSpecification();
  const tables = typeTables(specification);
  return {
    'type-tables.ts': typeModule(specification, tables),
    'search-parameters.ts': searchModule(searchTable(specification, elementsOf(tables))),
  };
}

const HEADER = '/* Made by generator/generate.ts of HL7’s definitions of FHIR R4 (4.0.1). */\n';

/** As one text that is parsed when it is loaded: a compiler reads it as nothing else. */
function typeModule(
  { types, compartments }: Specification,
  { types: elements, valueSets, open }: TypeTables,
): string {
  const resources = types
    .filter(({ kind, abstract }) => kind === 'resource' && !abstract)
    .map(({ name }) => name);
  const tables = {
    resources: resources.sort(),
    types: elements,
    valueSets,
    open,
    compartments: Object.fromEntries(compartments.map((one) => [one.code, membersOf(one)])),
  };
  return `${HEADER}export const text = ${JSON.stringify(JSON.stringify(tables))};\n`;
}

/** Type → the search parameters by which its resources belong to the compartment. */
function membersOf({ resource = [] }: CompartmentDefinition): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    resource.flatMap(({ code, param = [] }) => (param.length === 0 ? [] : [[code, param] as const])),
  );
}

function searchModule(rows: readonly SearchRow[]): string {
  const lines = rows.map(({ code, parts, ...row }) => {
    const values = code === null ? 'null' : `(r, out) => { ${code} }`;
    const own = (parts ?? []).map(
      ({ code: part, ...words }) =>
        `{ ${JSON.stringify(words).slice(1, -1)}, values: (e, r, out) => { ${part} } }`,
    );
    const ofParts = own.length === 0 ? '' : ` parts: [${own.join(', ')}],`;
    return `  { ${JSON.stringify(row).slice(1, -1)},${ofParts} values: ${values} },`;
  });
  return `${HEADER}// @ts-nocheck: what is not there is tested for, as in any JSON.
import type { GeneratedParameter } from '../generated-parameter.ts';

export const generatedParameters: readonly GeneratedParameter[] = [
${lines.join('\n')}
];
`;
}

/** Elements of a type, its parents' first. */
function elementsOf({ types }: TypeTables): Elements {
  const known = new Map<string, ElementTable>();
  const read = (name: string): ElementTable | undefined => {
    const found = known.get(name);
    const own = types[name];
    if (found !== undefined || own === undefined) return found;
    const { '^': parent, ...elements } = own;
    const all = { ...(parent === undefined ? {} : read(parent)), ...elements };
    known.set(name, all);
    return all;
  };
  return read;
}

if (import.meta.main) {
  const folder = join(import.meta.dirname, '../src/generated');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(generatedFiles())) writeFileSync(join(folder, name), text);
}
