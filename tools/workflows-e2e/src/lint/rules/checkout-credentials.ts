import type { Rule } from '../parse-file.ts';

/** Else the token of the run lies in .git/config for every later step, npm's install scripts included. */
export const checkoutCredentials: Rule = ({ path, steps }) =>
  steps
    .filter(({ step }) => step.uses?.startsWith('actions/checkout@') === true)
    .filter(({ step }) => String(step.with?.['persist-credentials']) !== 'false')
    .map(({ line }) => ({
      rule: 'checkout-credentials',
      file: path,
      line,
      says: 'the checkout leaves the token of the run behind',
    }));
