import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceFile } from './finding.ts';

/** The root of this checkout. */
export const workspace = join(import.meta.dirname, '../../../..');

/** The workflows and composite actions below a directory's `.github`. */
export async function pipelineFiles(root = workspace): Promise<SourceFile[]> {
  const names = await readdir(join(root, '.github'), { recursive: true });
  const paths = names.filter((name) => /^workflows\/[^/]+\.ya?ml$|\/action\.ya?ml$/.test(name)).sort();
  return Promise.all(paths.map((path) => readSource(`.github/${path}`, root)));
}

/** README.md and everything below docs that is Markdown. */
export async function documentation(): Promise<SourceFile[]> {
  const names = await readdir(join(workspace, 'docs'), { recursive: true });
  const paths = names.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
  return Promise.all(['README.md', ...paths.sort()].map((path) => readSource(path)));
}

/** One file; `path` is relative to the root. */
export async function readSource(path: string, root = workspace): Promise<SourceFile> {
  return { path, content: await readFile(join(root, path), 'utf8') };
}
