import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

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

/** README.md and every Markdown file below docs. */
export async function documentation(): Promise<SourceFile[]> {
  return [await readSource('README.md'), ...(await filesBelow('docs', /\.md$/))];
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
