import type { Rule } from '../parse-file.ts';

/** Jobs that can reach Dokploy, themselves or through a workflow they call. */
const DEPLOYS = /secrets\.DOKPLOY_/;

/** A deploy that is cancelled midway leaves nobody to prove it or to put the version before back. */
export const uncancelledDeploys: Rule = ({ path, workflow, jobs, lineOf }) => {
  const deploying = jobs.filter(({ job }) => DEPLOYS.test(JSON.stringify(job)));
  const finding = (line: number, says: string) => ({ rule: 'cancelled-deploy', file: path, line, says });
  return [
    ...(deploying.length > 0 && cancels(workflow.concurrency)
      ? [finding(lineOf(['concurrency']), 'a newer run cancels this workflow, which deploys')]
      : []),
    ...deploying.flatMap(({ name, job, line }) => {
      if (cancels(job.concurrency)) return [finding(line, `a newer run cancels ${name}, which deploys`)];
      return job.uses === undefined && job.concurrency === undefined
        ? [finding(line, `two runs of ${name} may deploy at once`)]
        : [];
    }),
  ];
};

function cancels(concurrency: unknown): boolean {
  if (typeof concurrency !== 'object' || concurrency === null) return false;
  const value = (concurrency as Record<string, unknown>)['cancel-in-progress'];
  return value !== undefined && value !== false;
}
