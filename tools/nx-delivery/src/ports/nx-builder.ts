import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Builder, Environment } from '@ehr/delivery-core';
import { readImageLayout } from '@ehr/delivery-registry';
import { execa } from 'execa';
import { toolError } from '../tool-errors.ts';

/** The `Builder` port: runs the service's `container` target, which Nx may answer from its cache. */
export function createNxBuilder(service: string, environment: Environment, root: string): Builder {
  return {
    build: async () => {
      const nx = createRequire(import.meta.url).resolve('nx/bin/nx.js');
      // The engine gets it from the registry, where it runs at all.
      const args = [
        nx,
        'run',
        `${service}:container:${environment}`,
        '--load=false',
        '--output-style=static',
      ];
      const { exitCode, all } = await execa(process.execPath, args, {
        cwd: root,
        env: ownRun(process.env, root),
        extendEnv: false,
        all: true,
        reject: false,
        stdin: 'ignore',
      });
      if (exitCode !== 0) {
        throw toolError(
          'BUILD_FAILED',
          `\`nx container ${service}\` failed:\n${all.trim().split('\n').slice(-40).join('\n')}`,
        );
      }
      return readImageLayout(join(root, 'dist/containers', service));
    },
  };
}

/** Without the variables by which Nx tells a task about itself: the inner run is a run of its own. */
function ownRun(env: NodeJS.ProcessEnv, root: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(env).filter(
    ([name]) => !/^NX_(TASK_|TERMINAL_|INVOKED_|STREAM_|FORKED_|TUI)/.test(name),
  );
  return {
    // Half a second for each process that does not compile the same files again.
    NODE_COMPILE_CACHE: join(root, '.nx/compile-cache'),
    NODE_COMPILE_CACHE_PORTABLE: '1',
    ...Object.fromEntries(inherited),
    NX_ISOLATE_PLUGINS: 'false',
    NX_TUI: 'false',
  };
}
