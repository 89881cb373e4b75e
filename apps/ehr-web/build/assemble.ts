import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { refuseForeignParts } from './refuse-foreign-parts.ts';
import { removeBuildMarks } from './remove-build-marks.ts';

const project = join(import.meta.dirname, '..');
const workspace = join(project, '../..');
const standalone = join(project, '.next/standalone');
const output = join(workspace, 'dist/apps/ehr-web');

/**
 * Packages that Next traces because it can resize images, with native code; this service resizes none.
 * `detect-libc` and `semver` come with them.
 */
const UNUSED = ['@img', 'sharp', 'detect-libc', 'semver'];

/** What the Dockerfile copies, a layer each. */
const COPIED = /^(?:node_modules|\.next|[^.]+\.(?:js|json))$/;

/** Makes `dist/apps/ehr-web` out of what `next build` left: exactly what the image holds under /app. */
async function assemble(): Promise<void> {
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  await cp(join(standalone, 'node_modules'), join(output, 'node_modules'), { recursive: true });
  await cp(join(standalone, 'apps/ehr-web'), output, { recursive: true });
  await cp(join(project, '.next/static'), join(output, '.next/static'), { recursive: true });
  for (const name of UNUSED) await rm(join(output, 'node_modules', name), { recursive: true, force: true });
  await build({
    entryPoints: [join(project, 'src/start/main.ts')],
    outfile: join(output, 'main.js'),
    absWorkingDir: workspace,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    legalComments: 'none',
    logLevel: 'warning',
  });
  await removeBuildMarks(output, workspace);
  await refuseForeignParts(output, workspace);
  const forgotten = (await readdir(output)).filter((name) => !COPIED.test(name));
  if (forgotten.length > 0) throw new Error(`The Dockerfile does not copy ${forgotten.join(', ')}`);
}

await assemble();
