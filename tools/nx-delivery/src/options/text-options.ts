import { z } from 'zod';
import { optionSchemas } from './option-schemas.ts';

/** An option as JSON Schema says it. */
export interface OptionShape {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly OptionShape[];
  readonly default?: unknown;
  readonly description?: string;
}

/** The options of an executor's zod schema, and which of them it must be given. */
export function optionShapes(schema: z.ZodObject): {
  readonly shapes: Readonly<Record<string, OptionShape>>;
  readonly required: readonly string[];
} {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return { shapes: properties as Record<string, OptionShape>, required };
}

/** `string`, `number`, `boolean` or `array`; what may be left empty counts as what it may be besides. */
export function typeOf({ type, anyOf = [] }: OptionShape): string {
  const known =
    [type ?? anyOf.map((one) => one.type ?? [])].flat(2).find((one) => one !== 'null') ?? 'string';
  return known === 'integer' ? 'number' : known;
}

/** What Nx's parser of command lines (yargs-parser) makes a number or a switch of, losing how it was written. */
const NO_TEXT_TO_NX = /^(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|0x[0-9a-f]+|true|false)$/i;

/** By this variable `npm run deliver` hands over, as JSON, the texts that Nx would make something else of. */
export const TEXT_OPTIONS = 'DELIVERY_TEXT_OPTIONS';

/**
 * Takes the texts out of a command line that Nx would not leave as they are: a commit of digits only, such as
 * `--to=1234567` or `--to=12e4567`.
 */
export function takeTextOptions(args: readonly string[]): {
  readonly args: readonly string[];
  readonly taken: Readonly<Record<string, string>>;
} {
  const isText = (name: string) =>
    Object.values(optionSchemas).some((schema) => {
      const shape = optionShapes(schema).shapes[name];
      return shape !== undefined && typeOf(shape) === 'string';
    });
  const found = args.map((arg) => {
    const [, name = '', value = ''] = /^--(\w+)=(.*)$/s.exec(arg) ?? [];
    return NO_TEXT_TO_NX.test(value) && isText(name) ? ([name, value] as const) : null;
  });
  return {
    args: args.filter((_, index) => found[index] === null),
    taken: Object.fromEntries(found.filter((option) => option !== null)),
  };
}
