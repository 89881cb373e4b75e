import { join } from 'node:path';
import { build } from 'esbuild';

/** One file that runs without packages: `npm start` puts it into a container of the base image, and nothing else ever does. */
await build({
  entryPoints: [join(import.meta.dirname, 'src/main.ts')],
  outfile: join(import.meta.dirname, '../../dist/apps/ehr-issuer/main.mjs'),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  legalComments: 'none',
  logLevel: 'warning',
  // The CommonJS packages in it ask for this name.
  banner: {
    js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
});
