import { execa, ExecaError } from 'execa';
import { composeError } from './compose-errors.ts';

/** A compose project: its file, its name and the variables of the file. */
export interface ComposeProject {
  readonly directory: string;
  readonly project: string;
  /** Undefined takes away what this process has. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Further compose files, laid over docker-compose.yml. */
  readonly overlays?: readonly string[];
}

/** Runs `docker compose` and `docker` for one project. */
export interface Compose {
  /** `docker compose … <args>` for this project; returns its standard output. */
  run(...args: readonly string[]): Promise<string>;
  /** `docker <args>`, for what compose has no verb for. */
  docker(...args: readonly string[]): Promise<string>;
  /** The ids of the service's containers, running or not: what `compose ps` finds, for a fifth of its processor time. */
  containers(service: string): Promise<readonly string[]>;
  /** Watches the service's containers until `end` is called. */
  watch(service: string): Changes;
}

/** What happens to containers. */
interface Changes {
  /** Answers when one has started, ended, or changed its health since the last answer; never, if the engine tells nothing. */
  next(): Promise<void>;
  end(): void;
}

/** Nothing is run yet. */
export function createCompose(project: ComposeProject): Compose {
  const files = ['docker-compose.yml', ...(project.overlays ?? [])].flatMap((file) => ['--file', file]);
  // Without it compose reads a file .env, which may be meant for another environment.
  const options = ['--project-name', project.project, '--env-file', '/dev/null', ...files];
  const labelled = (labels: Readonly<Record<string, string>>) =>
    Object.entries({ project: project.project, ...labels }).flatMap(([name, value]) => [
      '--filter',
      `label=com.docker.compose.${name}=${value}`,
    ]);
  return {
    run: (...args) => runDocker(['compose', ...options, ...args], project),
    docker: (...args) => runDocker(args, project),
    containers: async (service) => {
      const filters = labelled({ service, oneoff: 'False' });
      const ids = await runDocker(['ps', '--all', '--quiet', '--no-trunc', ...filters], project);
      return ids.split('\n').filter(Boolean);
    },
    watch: (service) => watchEvents(['--filter', 'type=container', ...labelled({ service })], project),
  };
}

/** Not that a health check begins and ends, which `docker events` would tell, too. What it says of these is not read. */
const CHANGES = ['start', 'die', 'oom', 'destroy', 'health_status'].flatMap((event) => [
  '--filter',
  `event=${event}`,
]);

function watchEvents(
  filters: readonly string[],
  { directory: cwd, variables: env }: ComposeProject,
): Changes {
  const events = execa('docker', ['events', ...CHANGES, ...filters], {
    cwd,
    env,
    stdin: 'ignore',
    stderr: 'ignore',
    buffer: false,
    reject: false,
  });
  let changed = Promise.withResolvers<void>();
  events.stdout.on('data', () => changed.resolve());
  return {
    next: async () => {
      await changed.promise;
      changed = Promise.withResolvers();
    },
    end: () => void events.kill('SIGKILL'),
  };
}

/** Runs `docker` with an argument array and returns what it printed; throws TARGET_UNAVAILABLE with its own last words. */
async function runDocker(
  args: readonly string[],
  { directory: cwd, variables: env }: ComposeProject,
): Promise<string> {
  try {
    const { stdout } = await execa('docker', args, { cwd, env, stdin: 'ignore' });
    return stdout;
  } catch (cause) {
    if (cause instanceof ExecaError && cause.code === 'ENOENT') {
      throw composeError('ENGINE_UNAVAILABLE', 'There is no `docker` command.', { cause });
    }
    const said = cause instanceof ExecaError ? lastLines(cause.stderr) : String(cause);
    // The cause is left out: it repeats the command with its environment.
    throw composeError('TARGET_UNAVAILABLE', `\`docker ${args.slice(0, 2).join(' ')} …\` failed: ${said}`);
  }
}

function lastLines(text: unknown): string {
  return typeof text === 'string' ? text.trim().split('\n').slice(-3).join(' · ') : 'it said nothing';
}
