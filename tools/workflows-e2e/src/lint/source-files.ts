import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** Something wrong, by the name of the check that saw it. */
export interface Finding {
  readonly rule: string;
  /** Relative to the workspace. */
  readonly file: string;
  readonly line?: number;
  readonly says: string;
}

/** A text and where it lies, relative to the workspace. */
export interface SourceFile {
  readonly path: string;
  readonly content: string;
}

/** The root of this checkout. */
export const workspace = join(import.meta.dirname, '../../../..');

/** The workflows and composite actions below `.github`. */
export async function pipelineFiles(): Promise<SourceFile[]> {
  return filesBelow('.github', /^workflows\/[^/]+\.ya?ml$|\/action\.ya?ml$/);
}

/** README.md, every Markdown file below docs, and the projects' own. */
export async function documentation(): Promise<SourceFile[]> {
  return [
    await readSource('README.md'),
    ...(await filesBelow('docs', /\.md$/)),
    ...(await projectDocuments()),
  ];
}

/** README.md of every project. */
export async function projectDocuments(): Promise<SourceFile[]> {
  const { stdout } = await execa('git', ['ls-files', '*/project.json'], { cwd: workspace });
  return Promise.all(stdout.split('\n').map((path) => readSource(path.replace('project.json', 'README.md'))));
}

/** One file of this checkout; rejects when it is not there. */
export async function readSource(path: string): Promise<SourceFile> {
  return { path, content: await readFile(join(workspace, path), 'utf8') };
}

async function filesBelow(directory: string, pattern: RegExp): Promise<SourceFile[]> {
  const names = await readdir(join(workspace, directory), { recursive: true });
  const wanted = names.filter((name) => pattern.test(name)).sort();
  return Promise.all(wanted.map((name) => readSource(`${directory}/${name}`)));
}
