import { createRequire } from 'node:module';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Builder, Environment } from '@ehr/delivery-core';
import { readImageLayout } from '@ehr/delivery-registry';
import { execa } from 'execa';
import { toolError } from '../tool-errors.ts';
import { buildEnvironment } from './build-environment.ts';

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
        env: buildEnvironment(process.env, root),
        extendEnv: false,
        all: true,
        reject: false,
        stdin: 'ignore',
      });
      if (exitCode !== 0) {
        throw toolError(
          'BUILD_FAILED',
          `\`nx container ${service}\` failed:\n${stripVTControlCharacters(all).trim().split('\n').slice(-40).join('\n')}`,
        );
      }
      return readImageLayout(join(root, 'dist/containers', service));
    },
  };
}
