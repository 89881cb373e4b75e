import { runDocker } from './run-docker.ts';

/** A compose project: its file, its name and the variables of the file. */
export interface ComposeProject {
  readonly directory: string;
  readonly project: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Further compose files, laid over docker-compose.yml. */
  readonly overlays?: readonly string[];
}

/** Runs `docker compose` and `docker` for one project. */
export interface Compose {
  /** `docker compose … <args>` for this project; returns its standard output. */
  run(...args: readonly string[]): Promise<string>;
  /** `docker <args>`, for what compose has no verb for. */
  docker(...args: readonly string[]): Promise<string>;
}

/** Nothing is run yet. */
export function createCompose({ directory, project, variables, overlays = [] }: ComposeProject): Compose {
  const files = ['docker-compose.yml', ...overlays].flatMap((file) => ['--file', file]);
  const call = { cwd: directory, env: variables };
  return {
    run: (...args) => runDocker(['compose', '--project-name', project, ...files, ...args], call),
    docker: (...args) => runDocker(args, call),
  };
}
