import { asText } from '../box/expressions.ts';
import type { Job, Step } from '../box/read-workflow.ts';
import type { ParsedFile } from './parse-file.ts';
import type { Finding } from './source-files.ts';

/** A check of one file beside all others: the line and what is wrong there. */
type Rule = (file: ParsedFile, all: readonly ParsedFile[]) => Pick<Required<Finding>, 'line' | 'says'>[];

const at = (line: number, says: string) => ({ line, says });

const DANGEROUS: Readonly<Record<string, string>> = {
  workflow_run: 'its jobs see the default branch in github.ref, not the branch that was built',
  pull_request_target: 'it hands secrets and a writing token to code of strangers',
};
/** Who may write what, beside those who may not: everybody else. */
const WRITERS: Readonly<Record<string, (job: Job) => boolean>> = {
  'id-token': ({ uses, steps = [] }) => uses !== undefined || steps.some(signsIn),
  contents: ({ steps = [] }) => steps.some(({ run }) => run?.includes(':github-release ') === true),
};
/** Set by GitHub, or on every machine. */
const GIVEN = /^(?:GITHUB|RUNNER)_|^(?:CI|HOME|PATH)$/;

const CALLED = {
  deliver: './.github/workflows/deliver.yml',
  verify: './.github/workflows/verify.yml',
};

/** By name, what neither actionlint nor GitHub's language service minds. */
export const ownRules: Readonly<Record<string, Rule>> = {
  // Whoever can move a tag of an action can run code with our secrets: a commit is named, and its version beside it.
  'pinned-action': ({ content }) =>
    content.split('\n').flatMap((text, index) => {
      const [, uses = '', comment = ''] =
        /^\s*(?:- )?uses:\s*['"]?([^\s'"#]+)['"]?\s*(#.*)?$/.exec(text) ?? [];
      if (uses === '' || uses.startsWith('./')) return [];
      if (!/@[0-9a-f]{40}$/.test(uses)) return [at(index + 1, `${uses} is not pinned to a commit`)];
      const hasVersion = /^# v\d+\.\d+\.\d+$/.test(comment.trim());
      return hasVersion ? [] : [at(index + 1, `${uses} lacks its version as a comment`)];
    }),

  // Two events that do something else than they seem to.
  'dangerous-trigger': ({ on, lineOf }) =>
    on
      .filter((event) => event in DANGEROUS)
      .map((event) => at(lineOf(['on', event]), `${event}: ${DANGEROUS[event]}`)),

  // Nothing for the workflow, and for each job what it names, of which only those that need it may write.
  'least-permissions': ({ kind, workflow, jobs }) => {
    if (kind === 'action') return [];
    const isEmpty = JSON.stringify(workflow.permissions) === '{}';
    const top = isEmpty ? [] : [at(1, 'the workflow does not begin with `permissions: {}`')];
    const ofJobs = jobs.flatMap(({ name, job, line }) => {
      if (typeof job.permissions !== 'object' || job.permissions === null)
        return [at(line, `the job ${name} does not name its permissions one by one`)];
      return Object.entries(job.permissions)
        .filter(([scope, level]) => level === 'write' && WRITERS[scope]?.(job) !== true)
        .map(([scope]) => at(line, `the job ${name} may write ${scope} and does not need to`));
    });
    return [...top, ...ofJobs];
  },

  // A branch's name reaches a script as a variable, for an event writes into what is pasted.
  'expression-in-run': ({ steps }) =>
    steps
      .filter(({ step }) => step.run?.includes('${{') === true)
      .map(({ line }) => at(line, 'an expression is written into a script')),

  // What needs more than a line belongs into the tool, where it is tested.
  'long-run': ({ steps }) =>
    steps
      .filter(({ step }) => step.run?.trim().includes('\n') === true)
      .map(({ line }) => at(line, 'a script of several lines')),

  // Else the token of the run lies in .git/config for every later step, npm's install scripts included.
  'checkout-credentials': ({ steps }) =>
    steps
      .filter(({ step }) => step.uses?.startsWith('actions/checkout@') === true)
      .filter(({ step }) => String(step.with?.['persist-credentials']) !== 'false')
      .map(({ line }) => at(line, 'the checkout leaves the token of the run behind')),

  // Secrets reach the steps that need them, and no other: not a whole workflow, not a whole job …
  'secret-for-all': ({ workflow, jobs, lineOf }) => [
    ...(holdsSecret(workflow.env) ? [at(lineOf(['env']), 'every step of every job sees it')] : []),
    ...jobs
      .filter(({ job }) => holdsSecret(job.env))
      .map(({ name }) => at(lineOf(['jobs', name, 'env']), `every step of ${name} sees a secret`)),
  ],
  // … not a called workflow's every corner …
  'inherited-secrets': ({ jobs, lineOf }) =>
    jobs
      .filter(({ job }) => job.secrets === 'inherit')
      .map(({ name }) => at(lineOf(['jobs', name, 'secrets']), `${name} hands on every secret there is`)),
  // … and not the programs of others.
  'secret-in-step': ({ steps }) =>
    steps
      .filter(({ step }) => holdsSecret(step) && !signsIn(step) && !delivers(step))
      .map(({ line }) => at(line, 'a secret in a step that neither signs in nor runs the delivery tool')),

  // What is built and pushed comes from sources alone, never from a cache that other runs write to.
  'cache-beside-secret': ({ jobs }) =>
    jobs
      .filter(({ job }) => holdsSecret(job.steps) && restoresCache(job))
      .map(({ name, line }) => at(line, `${name} has secrets and restores a cache of other runs`)),

  // Nothing is delivered that was not verified, unless it goes back to what was.
  'unverified-delivery': ({ workflow, jobs }) =>
    jobs
      .filter(({ job }) => job.uses === CALLED.deliver)
      .filter(({ job }) => {
        const verify = [job.needs ?? []].flat().find((name) => workflow.jobs?.[name]?.uses === CALLED.verify);
        if (verify === undefined) return true;
        const goesOn = /always\(\)|cancelled\(\)|failure\(\)/.test(asText(job.if));
        return goesOn && !asText(job.if).includes(`needs.${verify}.result == 'success'`);
      })
      .map(({ name, line }) => at(line, `${name} delivers what ${CALLED.verify} did not verify`)),

  // A deploy that is cancelled midway leaves nobody to verify it or to put the previous version back.
  'cancelled-deploy': ({ workflow, jobs, lineOf }) => {
    // That can reach Dokploy, themselves or through a workflow they call.
    const deploying = jobs.filter(({ job }) => /secrets\.DOKPLOY_/.test(JSON.stringify(job)));
    const whole = deploying.length > 0 && cancels(workflow.concurrency);
    return [
      ...(whole ? [at(lineOf(['concurrency']), 'a newer run cancels this workflow, which deploys')] : []),
      ...deploying.flatMap(({ name, job, line }) => {
        if (cancels(job.concurrency)) return [at(line, `a newer run cancels ${name}, which deploys`)];
        const isAlone = job.uses !== undefined || job.concurrency !== undefined;
        return isAlone ? [] : [at(line, `two runs of ${name} may deploy at once`)];
      }),
    ];
  },

  // A variable of a command that no `env:` sets is empty there, and nobody says so.
  'unknown-variable': ({ workflow, steps }) =>
    steps.flatMap(({ step, job, line }) => {
      const known = Object.keys({ ...workflow.env, ...job?.env, ...step.env });
      return [...(step.run ?? '').matchAll(/\$\{?([A-Z_][A-Z0-9_]*)/g)]
        .map(([, name = '']) => name)
        .filter((name) => !known.includes(name) && !GIVEN.test(name))
        .map((name) => at(line, `nothing sets ${name}`));
    }),

  // Inputs given to an action of this repository that it does not have, or that it reads and does not declare.
  'unknown-input': ({ kind, content, inputs, steps }, all) => {
    const given = steps.flatMap(({ step, line }) => {
      if (step.uses?.startsWith('./') !== true) return [];
      const path = `${step.uses.slice(2)}/action.yml`;
      const action = all.find((one) => one.path === path);
      if (action === undefined) return [at(line, `there is no ${path}`)];
      return Object.keys(step.with ?? {})
        .filter((name) => !action.inputs.includes(name))
        .map((name) => at(line, `${step.uses} has no input ${name}`));
    });
    const read = kind === 'workflow' ? [] : [...content.matchAll(/\binputs\.([\w-]+)/g)];
    const undeclared = read.filter(([, name = '']) => !inputs.includes(name));
    return [...given, ...undeclared.map(([, name]) => at(1, `the input ${name} is read and not declared`))];
  },
};

function restoresCache({ steps = [] }: Job): boolean {
  return steps.some(
    ({ uses, with: inputs }) =>
      uses?.startsWith('actions/cache') === true || String(inputs?.['nx-cache']) === 'true',
  );
}

function signsIn({ uses }: Step): boolean {
  return uses?.startsWith('docker/login-action@') === true;
}

function delivers({ run }: Step): boolean {
  return run?.startsWith('npm run --silent deliver -- ') === true;
}

function holdsSecret(value: unknown): boolean {
  return value !== undefined && /\bsecrets\s*[.[]|\bgithub\.token\b/.test(JSON.stringify(value));
}

function cancels(concurrency: unknown): boolean {
  if (typeof concurrency !== 'object' || concurrency === null) return false;
  const value = (concurrency as Record<string, unknown>)['cancel-in-progress'];
  return value !== undefined && value !== false;
}
