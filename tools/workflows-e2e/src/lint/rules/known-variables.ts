import type { Rule } from '../parse-file.ts';

const GIVEN = /^(?:GITHUB|RUNNER)_|^(?:CI|HOME|PATH)$/;

/** A variable of a command that no `env:` sets is empty there, and nobody says so. */
export const knownVariables: Rule = ({ path, workflow, steps }) =>
  steps.flatMap(({ step, job, line }) => {
    const known = Object.keys({ ...workflow.env, ...job?.env, ...step.env });
    return [...(step.run ?? '').matchAll(/\$\{?([A-Z_][A-Z0-9_]*)/g)]
      .map(([, name = '']) => name)
      .filter((name) => !known.includes(name) && !GIVEN.test(name))
      .map((name) => ({ rule: 'unknown-variable', file: path, line, says: `nothing sets ${name}` }));
  });
