import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesIn } from './files-in.ts';

/** Written by `next build` for tools that look at a build, not for the server. */
const NOT_NEEDED = /(\.nft\.json|\.map|\/trace|\/trace-build|\.env[^/]*|\.tsbuildinfo)$/u;
const TEXT = /\.(js|mjs|cjs|json|html|css|txt|rsc|body|meta)$/u;

/**
 * Takes out what would make two builds of the same sources differ: the directory they were built in, and the
 * random keys Next bakes in for preview mode and server actions. A key inside an image would be the same
 * for everyone who has the image, so it would be no key: this service uses neither feature, and must not.
 */
export async function removeBuildMarks(output: string, workspace: string): Promise<void> {
  for (const file of await filesIn(output)) {
    const path = join(output, file);
    if (NOT_NEEDED.test(`/${file}`)) await rm(path);
    else if (TEXT.test(file)) await rewrite(path, (text) => withoutKeys(withoutPaths(text, workspace)));
  }
}

async function rewrite(path: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const changed = change(text);
  if (changed !== text) await writeFile(path, changed);
}

/** The settings in which Next names the directory it builds in; anywhere else `/src` is text like any other. */
const PATHS = /(\\?"(?:outputFileTracingRoot|repoRoot|appDir|root)\\?":\s*\\?")([^"\\]+)/gu;

function withoutPaths(text: string, workspace: string): string {
  const places = [workspace, `${workspace}/apps/ehr-web`];
  return text.replaceAll(PATHS, (whole, key: string, path: string) =>
    places.includes(path) ? `${key}/app` : whole,
  );
}

const KEYS =
  /(\\?"(?:previewModeId|previewModeSigningKey|previewModeEncryptionKey|encryptionKey|encryption\.key)\\?":\s*\\?")[^"\\]+/gu;

function withoutKeys(text: string): string {
  return text.replaceAll(KEYS, '$1not-used');
}
