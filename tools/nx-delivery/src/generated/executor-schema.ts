import { z } from 'zod';

/** What Nx reads of an executor's options; the prose in it is written by hand, the rest is generated. */
interface SchemaFile {
  readonly properties: unknown;
  readonly required: unknown;
}

/**
 * An executor's schema.json with the options of its zod schema: types, defaults and descriptions. Rules are left out:
 * Nx would stop at the first that is broken, and we tell all of them.
 */
export function renderExecutorSchema(file: string, schema: z.ZodObject): string {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const options = Object.entries(properties as Record<string, Property>);
  const document = {
    ...(JSON.parse(file) as SchemaFile),
    properties: Object.fromEntries(options.map(([name, property]) => [name, plain(property)])),
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
