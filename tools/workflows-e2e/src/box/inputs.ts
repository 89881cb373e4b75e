import { asText } from './expressions.ts';
import type { Trigger } from './read-workflow.ts';

/** Given values and defaults, as their types say; an input that is required and missing is an error. */
export function inputsOf(
  declared: Trigger['inputs'] | undefined,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const strange = Object.keys(given).filter((name) => !(name in (declared ?? {})));
  if (strange.length > 0) throw new Error(`there is no input ${strange.join(', ')}`);
  return Object.fromEntries(
    Object.entries(declared ?? {}).map(([name, input]) => {
      const value = given[name] ?? input.default;
      if (value === undefined && input.required === true) throw new Error(`the input ${name} is required`);
      return [name, input.type === 'boolean' ? value === true || value === 'true' : asText(value)];
    }),
  );
}
