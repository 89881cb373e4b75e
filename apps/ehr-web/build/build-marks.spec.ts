import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { refuseForeignParts } from './refuse-foreign-parts.ts';
import { removeBuildMarks } from './remove-build-marks.ts';

let output: string;
beforeEach(async () => {
  output = await mkdtemp(join(tmpdir(), 'ehr-web-build-'));
});
afterEach(() => rm(output, { recursive: true }));

const put = async (file: string, text: string) => {
  await mkdir(dirname(join(output, file)), { recursive: true });
  await writeFile(join(output, file), text);
};
/** Text of Next's own, which has `/src` and `/app` in it and must stay as it is. */
const OF_NEXT = `import("next/src/server"); route("/app/page"); const globs = ["/src", "/app", "@scope/src/apps/x"];`;

it.each(['/src', '/app', '/home/ada/ehr connect (1)', '/home/ada/praxis-größe', '/srv/ehr'])(
  'a build in %s leaves no trace of it, and the text of Next as it is',
  async (workspace) => {
    const settings = {
      outputFileTracingRoot: workspace,
      repoRoot: workspace,
      turbopack: { root: workspace },
    };
    await put(
      '.next/required-server-files.json',
      JSON.stringify({ ...settings, appDir: `${workspace}/apps/ehr-web` }),
    );
    await put('server.js', `const nextConfig = ${JSON.stringify(settings)}\n${OF_NEXT}`);
    await removeBuildMarks(output, workspace);
    await refuseForeignParts(output, workspace);
    const app = { outputFileTracingRoot: '/app', repoRoot: '/app', turbopack: { root: '/app' } };
    expect(JSON.parse(await readFile(join(output, '.next/required-server-files.json'), 'utf8'))).toEqual({
      ...app,
      appDir: '/app',
    });
    expect(await readFile(join(output, 'server.js'), 'utf8')).toBe(
      `const nextConfig = ${JSON.stringify(app)}\n${OF_NEXT}`,
    );
  },
);

it.each([
  ['/src', 'throw new Error("/src/apps/ehr-web/src/main.ts")'],
  ['/src', 'sourceURL=file:///src/node_modules/next/dist/x.js'],
  ['/home/ada/a b', 'sourceURL=file:///home/ada/a%20b/libs/x.ts'],
  ['/home/größe', 'from "/home/größe/dist/apps/ehr-web/main.js"'],
])('refuses an output of %s that names a file there: %s', async (workspace, text) => {
  await put('chunk.js', text);
  await expect(refuseForeignParts(output, workspace)).rejects.toThrow(
    'chunk.js names the directory it was built in',
  );
});
