import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nxEnvironment } from '@ehr/testing-sandbox';

/** A runner: a fresh machine for one job. */
export interface Machine {
  readonly home: string;
  readonly workspace: string;
  /** What steps put into GITHUB_ENV. */
  readonly variables: Record<string, string>;
  /** What every step finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** For the checkout: where the repository is, and which commit is built. */
  readonly origin: string;
  readonly sha: string;
  /** What jobs keep for later ones, each in a directory of its key; and what this job asked for. */
  readonly caches: string;
  readonly asked: AskedCache[];
  remove(): Promise<void>;
}

/** A cache that a job asked for: kept under the key when the job succeeds, unless one of that key is there. */
export interface AskedCache {
  readonly key: string;
  /** One a line, as `path:` of actions/cache. */
  readonly paths: string;
}

interface MachineOptions {
  readonly origin: string;
  readonly sha: string;
  /** Installed dependencies of the same lock file: `npm ci` borrows them instead of downloading them again. */
  readonly nodeModules: string;
  readonly caches: string;
  readonly github: Readonly<Record<string, string>>;
}

/** With Node, the engine's client and nothing of the environment around the test but its PATH. */
export async function startMachine({
  origin,
  sha,
  nodeModules,
  caches,
  github,
}: MachineOptions): Promise<Machine> {
  const home = await mkdtemp(join(tmpdir(), 'ehr-runner-'));
  const tools = join(home, 'tools');
  await mkdir(tools);
  await mkdir(join(home, 'docker'));
  await writeFile(join(tools, 'npm'), npmShim(nodeModules), { mode: 0o755 });
  // What apt would install is here.
  await writeFile(join(tools, 'sudo'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  await symlink(process.execPath, join(tools, 'node'));
  return {
    home,
    workspace: join(home, 'work'),
    variables: {},
    environment: {
      PATH: `${tools}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      HOME: home,
      DOCKER_CONFIG: join(home, 'docker'),
      CI: 'true',
      ...nxEnvironment(join(home, 'work')),
      RUNNER_OS: 'Linux',
      RUNNER_TEMP: home,
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: join(home, 'work'),
      GITHUB_STEP_SUMMARY: join(home, 'summary.md'),
      ...github,
    },
    origin,
    sha,
    caches,
    asked: [],
    remove: async () => {
      await giveBack(join(home, 'work/node_modules'), nodeModules);
      await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

async function giveBack(borrowed: string, nodeModules: string): Promise<void> {
  try {
    await rename(borrowed, nodeModules);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // The job did not get that far.
  }
}

/**
 * `npm ci` is answered by what is installed here already, one job at a time. The tests of the tests are not run inside
 * of them. Everything else is npm.
 */
function npmShim(nodeModules: string): string {
  return `#!/bin/sh
if [ "$1" = ci ]; then
  test -f package-lock.json || { echo "npm ci: no package-lock.json" >&2; exit 1; }
  exec mv "${nodeModules}" node_modules
fi
case "$*" in "test -- --part="* | "run test:long") echo "$*" && exit 0 ;; esac
self=$(dirname "$0")
PATH=$(echo "$PATH" | sed "s#$self:##")
npm=$(command -v npm)
PATH="$self:$PATH" exec "$npm" "$@"
`;
}
