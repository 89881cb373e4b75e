import type { Job } from '../../box/read-workflow.ts';
import type { Rule } from '../parse-file.ts';

/** Who may write what, beside those who may not: everybody else. */
const WRITERS: Readonly<Record<string, (job: Job) => boolean>> = {
  'id-token': (job) => job.uses !== undefined || uses(job, 'docker/login-action'),
  contents: (job) => (job.steps ?? []).some(({ run }) => run?.includes(':github-release ') === true),
};

/** Nothing for the workflow, and for each job what it names, of which only those that need it may write. */
export const leastPermissions: Rule = ({ path, kind, workflow, jobs }) => {
  if (kind === 'action') return [];
  const finding = (says: string, line = 1) => ({ rule: 'least-permissions', file: path, line, says });
  const top = workflow.permissions;
  const empty = typeof top === 'object' && top !== null && Object.keys(top).length === 0;
  return [
    ...(empty ? [] : [finding('the workflow does not begin with `permissions: {}`')]),
    ...jobs.flatMap(({ name, job, line }) => {
      if (typeof job.permissions !== 'object' || job.permissions === null)
        return [finding(`the job ${name} does not name its permissions one by one`, line)];
      return Object.entries(job.permissions as Record<string, string>)
        .filter(([scope, level]) => level === 'write' && WRITERS[scope]?.(job) !== true)
        .map(([scope]) => finding(`the job ${name} may write ${scope} and does not need to`, line));
    }),
  ];
};

function uses(job: Job, action: string): boolean {
  return (job.steps ?? []).some((step) => step.uses?.startsWith(`${action}@`) === true);
}
