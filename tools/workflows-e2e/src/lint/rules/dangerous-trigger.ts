import type { Rule } from '../parse-file.ts';

const REASONS: Readonly<Record<string, string>> = {
  workflow_run: 'its jobs see the default branch in github.ref, not the branch that was built',
  pull_request_target: 'it hands secrets and a writing token to code of strangers',
};

/** Two events that do something else than they seem to. */
export const dangerousTrigger: Rule = ({ path, on, lineOf }) =>
  on
    .filter((event) => event in REASONS)
    .map((event) => ({
      rule: 'dangerous-trigger',
      file: path,
      line: lineOf(['on', event]),
      says: `${event}: ${REASONS[event]}`,
    }));
