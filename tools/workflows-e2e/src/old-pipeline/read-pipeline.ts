import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toWorkflow } from '../box/read-workflow.ts';
import type { Workflow } from '../box/read-workflow.ts';
import type { SourceFile } from '../lint/finding.ts';
import { pipelineFiles, readSource } from '../lint/shipped-files.ts';
import { dockerfileFindings } from './dockerfile-findings.ts';

/** The old pipeline or the shipped one, as files and as GitHub reads them. */
export interface Pipeline {
  readonly files: readonly SourceFile[];
  readonly workflows: readonly Workflow[];
  readonly docs: readonly SourceFile[];
}

export async function readPipeline(root: string): Promise<Pipeline> {
  const files = await pipelineFiles(root);
  const workflows = files
    .filter(({ path }) => path.startsWith('.github/workflows/'))
    .map(({ path, content }) => toWorkflow(path, content));
  const names = (await readdir(join(root, 'docs'), { recursive: true })).filter((name) =>
    name.endsWith('.md'),
  );
  const paths = ['README.md', ...names.sort().map((name) => `docs/${name}`)];
  return { files, workflows, docs: await Promise.all(paths.map((path) => readSource(path, root))) };
}

/** What is wrong with the Dockerfile in a directory. */
export async function imageFindings(root: string, directory: string): Promise<string[]> {
  const ignores = [`${directory}/.dockerignore`, `${directory}/Dockerfile.dockerignore`];
  const { content } = await readSource(`${directory}/Dockerfile`, root);
  return dockerfileFindings(
    content,
    ignores.some((path) => existsSync(join(root, path))),
  );
}

/** The workflow as if its jobs had no conditions: what it would do if GitHub took it. */
export function withoutConditions(workflow: Workflow): Workflow {
  const jobs = Object.entries(workflow.jobs).map(([name, { if: _, ...job }]) => [name, job] as const);
  return { ...workflow, jobs: Object.fromEntries(jobs) };
}
