import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipelineFiles, readSource } from '../lint/shipped-files.ts';
import type { DockerFlags } from './check-docker.ts';
import type { Known } from './check-command.ts';
import { readNxWorkspace } from './nx-workspace.ts';

/** Reads it from the files that decide: package.json, project.json, the schemas, deploy.sh and the workflows. */
export async function readKnown(): Promise<Known> {
  const { scripts } = JSON.parse((await readSource('package.json')).content) as { scripts: object };
  const script = (await readSource('deploy.sh')).content;
  const verbs = /case "\$verb" in\n([a-z |]+)\) ;;/.exec(script)?.[1] ?? '';
  const flags = await readFile(join(import.meta.dirname, '../../fixtures/docker-flags.json'), 'utf8');
  return {
    nx: await readNxWorkspace(),
    npmScripts: Object.keys(scripts),
    deployVerbs: verbs.split('|').map((verb) => verb.trim()),
    pipeline: await pipelineFiles(),
    docker: JSON.parse(flags) as DockerFlags,
  };
}
