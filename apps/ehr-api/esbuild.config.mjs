import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** What PGlite loads at run time; it looks for them beside the file its code is in, packages-<hash>.js. */
const PGLITE_FILES = ['pglite.wasm', 'pglite.data', 'initdb.wasm'];
/** Written by the target empty-database. */
const EMPTY_DATABASE = join(import.meta.dirname, '../../dist/empty-database/empty-database.data');

const copyPgliteFiles = {
  name: 'copy-pglite-files',
  setup(build) {
    build.onEnd(async () => {
      const from = dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite'));
      const to = build.initialOptions.outdir ?? dirname(build.initialOptions.outfile);
      await mkdir(to, { recursive: true });
      const files = [...PGLITE_FILES.map((name) => join(from, name)), EMPTY_DATABASE];
      await Promise.all(files.map((file) => copyFile(file, join(to, basename(file)))));
    });
  },
};

/** What two entry points share goes into files of its own: all of the packages, as `packages.ts` names each. */
const keepPackagesApart = {
  name: 'keep-packages-apart',
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(({ metafile }) => {
      const main = Object.entries(metafile?.outputs ?? {}).find(([file]) => basename(file) === 'main.js');
      const files = Object.keys(main?.[1].inputs ?? {}).filter((file) => file.includes('node_modules/'));
      const errors = files.map((file) => ({
        text: `main.js holds ${file}: name its package in packages.ts`,
      }));
      return { errors };
    });
  },
};

/** The bundle is an ES module; the CommonJS packages in it still ask for these three names. */
const COMMONJS_NAMES = [
  `import { createRequire as commonJsRequire } from 'node:module';`,
  `import { fileURLToPath as commonJsPath } from 'node:url';`,
  `const require = commonJsRequire(import.meta.url);`,
  `const __filename = commonJsPath(import.meta.url);`,
  `const __dirname = commonJsPath(new URL('.', import.meta.url));`,
].join('\n');

export default {
  banner: { js: COMMONJS_NAMES },
  legalComments: 'none',
  outExtension: { '.js': '.js' },
  splitting: true,
  chunkNames: 'packages-[hash]',
  plugins: [copyPgliteFiles, keepPackagesApart],
};
