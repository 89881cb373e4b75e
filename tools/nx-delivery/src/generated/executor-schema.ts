import type { z } from 'zod';
import { type OptionShape, optionShapes, typeOf } from '../options/text-options.ts';

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
  const { shapes, required } = optionShapes(schema);
  const options = Object.entries(shapes);
  const document = {
    ...(JSON.parse(file) as SchemaFile),
    properties: Object.fromEntries(options.map(([name, property]) => [name, plain(property)])),
    required: required.filter((name) => shapes[name]?.default === undefined),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function plain(shape: OptionShape): object {
  const { default: fallback, description } = shape;
  const type = typeOf(shape);
  return {
    // Nx makes a number of digits before it looks here; we say what to do about it.
    type: type === 'string' ? ['string', 'number'] : type,
    ...(type === 'array' && { items: { type: 'string' } }),
    ...(fallback !== undefined && fallback !== null && { default: fallback }),
    ...(description !== undefined && { description }),
  };
}
