import { readVariable, setVariables } from '../target/variables.ts';
import type { Completion, SetUpOptions } from './set-up-options.ts';

/** The environment text with what is missing, and without what a webhook would never change. */
export function completeVariables(
  text: string,
  { variables = {}, followingTag = {} }: SetUpOptions,
  save: (text: string) => Promise<void>,
): Pick<Completion, 'writes' | 'kept'> {
  const valueOf = (name: string, value: string) => readVariable(`${name}=${value}`, name);
  const there = ([name]: readonly [string, string]) => readVariable(text, name) !== undefined;
  const isOther = ([name, value]: readonly [string, string]) =>
    readVariable(text, name) !== valueOf(name, value);
  const missing = Object.entries(variables).filter((entry) => !there(entry));
  const left = Object.entries(followingTag).filter((entry) => there(entry) && isOther(entry));
  const kept = Object.entries(variables).filter(
    (entry) => there(entry) && isOther(entry) && !left.some(([name]) => name === entry[0]),
  );
  const done = [
    missing.length > 0 && 'missing variables added',
    left.length > 0 &&
      `${left.map(([name]) => name).join(', ')} set back, which a deploy by the API had left behind: a webhook deploys what the tag names`,
  ].filter((words) => words !== false);
  const changed = setVariables(text, Object.fromEntries([...missing, ...left]));
  return {
    writes: done.length === 0 ? [] : [{ done: done.join('; '), write: () => save(changed) }],
    kept: kept.map(([name]) => name),
  };
}
