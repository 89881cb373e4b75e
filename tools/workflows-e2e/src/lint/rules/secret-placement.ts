import type { Step } from '../../box/read-workflow.ts';
import type { Rule } from '../parse-file.ts';

const SECRET = /\bsecrets\s*[.[]|\bgithub\.token\b/;

/** Secrets reach the steps that need them, and no other: not a whole job, not a called workflow's every corner. */
export const secretPlacement: Rule = ({ path, workflow, jobs, steps, lineOf }) => [
  ...(holdsSecret(workflow.env)
    ? [{ rule: 'secret-for-all', file: path, line: lineOf(['env']), says: 'every step of every job sees it' }]
    : []),
  ...jobs
    .filter(({ job }) => holdsSecret(job.env))
    .map(({ name }) => ({
      rule: 'secret-for-all',
      file: path,
      line: lineOf(['jobs', name, 'env']),
      says: `every step of ${name} sees a secret`,
    })),
  ...jobs
    .filter(({ job }) => job.secrets === 'inherit')
    .map(({ name }) => ({
      rule: 'inherited-secrets',
      file: path,
      line: lineOf(['jobs', name, 'secrets']),
      says: `${name} hands on every secret there is`,
    })),
  ...steps
    .filter(({ step }) => holdsSecret(step) && !maySeeSecrets(step))
    .map(({ line }) => ({
      rule: 'secret-in-step',
      file: path,
      line,
      says: 'a secret in a step that neither signs in nor runs the delivery tool',
    })),
];

function maySeeSecrets({ run, uses }: Step): boolean {
  return (
    run?.startsWith('npm run --silent deliver -- ') === true ||
    uses?.startsWith('docker/login-action@') === true
  );
}

function holdsSecret(value: unknown): boolean {
  return value !== undefined && SECRET.test(JSON.stringify(value));
}
