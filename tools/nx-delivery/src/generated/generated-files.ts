import { z } from 'zod';
import { renderDoctorDocument, renderErrorDocument } from './documents.ts';
import { executorDocuments, type ExecutorDocument } from '../options/executor-documents.ts';

/** Files that say again what the code says: path from the workspace root → text. `generate` writes them. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'docs/ERRORS.md': renderErrorDocument(),
    'docs/DOCTOR.md': renderDoctorDocument(),
    'tools/nx-delivery/executors.json': renderExecutorsFile(executorDocuments),
    ...Object.fromEntries(
      Object.entries(executorDocuments).map(([name, document]) => [
        `tools/nx-delivery/src/executors/${name}/schema.json`,
        renderExecutorSchema(document),
      ]),
    ),
  };
}

/**
 * An executor's schema.json, made of its options: types, defaults and descriptions. Rules are left out: Nx would stop
 * at the first that is broken, and we tell all of them.
 */
function renderExecutorSchema({ schema, title, description, examples }: ExecutorDocument): string {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const document = {
    $schema: 'https://json-schema.org/schema',
    title,
    description,
    type: 'object',
    additionalProperties: false,
    examples: Object.entries(examples).map(([command, description]) => ({ command, description })),
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, plain(property as Property)]),
    ),
    required: required.filter((name) => !('default' in (properties[name] as Property))),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

interface Property {
  readonly type?: string;
  readonly anyOf?: readonly Property[];
  readonly default?: unknown;
  readonly description?: string;
}

function plain({ type, anyOf = [], default: fallback, description }: Property): object {
  const known = type ?? anyOf.map((one) => one.type).find((one) => one !== 'null') ?? 'string';
  return {
    type: known === 'integer' ? 'number' : known,
    ...(known === 'array' && { items: { type: 'string' } }),
    ...(fallback !== undefined && fallback !== null && { default: fallback }),
    ...(description !== undefined && { description }),
  };
}

/** The plugin's executors.json: where each executor and its options are. */
function renderExecutorsFile(documents: Readonly<Record<string, ExecutorDocument>>): string {
  const executors = Object.entries(documents).map(([name, { title }]) => [
    name,
    {
      implementation: `./src/executors/${name}/executor.ts`,
      schema: `./src/executors/${name}/schema.json`,
      description: title,
    },
  ]);
  return `${JSON.stringify({ executors: Object.fromEntries(executors) as unknown }, null, 2)}\n`;
}
