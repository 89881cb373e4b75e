import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxError } from './run.ts';
import { workspaceRoot } from './workspace.ts';

/** The compose project of the environment `local` where `.env.local` names no other. */
const LOCAL_PROJECT = 'ehr-connect-local';
const OTHERS = ['dev', 'staging', 'prod'];

/**
 * The compose project of the environment `local`: what `.env.local` says, else `ehr-connect-local`. Never what the shell
 * says: after `. ./.env.prod` that is prod's.
 * @throws SandboxError when `.env.local` names the project of another environment
 */
export function localProject(directory = workspaceRoot): string {
  const project = projectIn(directory, 'local') ?? LOCAL_PROJECT;
  const owner = OTHERS.find(
    (other) => project === `ehr-connect-${other}` || project === projectIn(directory, other),
  );
  if (owner === undefined) return project;
  throw new SandboxError(
    `.env.local names the compose project ${project}, which is that of ${owner}; nothing was changed.`,
    'Correct COMPOSE_PROJECT_NAME in .env.local.',
  );
}

/**
 * Whether `npm run stop` shall remove data too: `--purge`, or `--purge=<project>`, which is needed where `.env.local`
 * names a project of its own.
 * @throws SandboxError when it is another project that is named, or none where one is needed
 */
export function wantsPurge(args: readonly string[], project: string): boolean {
  const purge = args.find((arg) => arg === '--purge' || arg.startsWith('--purge='));
  if (purge === undefined) return false;
  const named = purge === '--purge' ? LOCAL_PROJECT : purge.slice('--purge='.length);
  if (named === project) return true;
  throw new SandboxError(
    `The local services are the compose project ${project}, and ${purge} is for ${named}; nothing was changed.`,
    `To remove their data: npm run stop -- --purge=${project}`,
  );
}

function projectIn(directory: string, environment: string): string | undefined {
  const file = join(directory, `.env.${environment}`);
  if (!existsSync(file)) return undefined;
  const lines = [
    ...readFileSync(file, 'utf8').matchAll(
      /^[ \t]*(?:export[ \t]+)?COMPOSE_PROJECT_NAME=(?:'([^']*)'|(\S*))/gmu,
    ),
  ];
  const [, quoted, bare] = lines.at(-1) ?? [];
  return (quoted ?? bare) || undefined;
}
