import type { Rule } from '../parse-file.ts';

/**
 * A `run:` is one line that no event can write into: what it needs beyond that belongs into the tool, where it is
 * tested, and a branch's name reaches it as a variable.
 */
export const plainCommands: Rule = ({ path, steps }) =>
  steps.flatMap(({ step, line }) => {
    const run = step.run ?? '';
    const finding = (rule: string, says: string) => ({ rule, file: path, line, says });
    return [
      ...(run.includes('${{')
        ? [finding('expression-in-run', 'an expression is written into a script')]
        : []),
      ...(run.trim().includes('\n') ? [finding('long-run', 'a script of several lines')] : []),
    ];
  });
