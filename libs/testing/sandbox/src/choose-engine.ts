import { existsSync } from 'node:fs';
import { execaSync } from 'execa';
import { type DebianRelease, machineRelease } from './debian.ts';
import { type EnginePackages, enginePackages } from './packages.ts';
import { attempt, findExecutable, isRoot, succeeds } from './run.ts';

const VERSION = ['version', '--format', '{{.Server.Version}}'];

/** What the choice of an engine depends on. */
export interface EngineFacts {
  readonly platform: NodeJS.Platform;
  /** The version of the engine that answers; otherwise undefined, and the client's own message. */
  readonly engine: { readonly version: string | undefined; readonly message: string };
  readonly buildx: boolean;
  readonly compose: boolean;
  /** The engine's program is installed, running or not. */
  readonly dockerd: boolean;
  readonly root: boolean;
  readonly systemd: boolean;
  /** The user chose an engine elsewhere, by `DOCKER_HOST`. */
  readonly remote: boolean;
  readonly release: DebianRelease | undefined;
}

/** How to get a container engine on this machine. */
type EngineChoice =
  | { readonly kind: 'use'; readonly version: string }
  | { readonly kind: 'start'; readonly by: 'systemd' | 'process' }
  | { readonly kind: 'install'; readonly packages: EnginePackages }
  | { readonly kind: 'explain'; readonly message: string; readonly hint: string };

/**
 * Decides from facts alone: what is there is used, Debian and Ubuntu as root get what is missing, on any other machine
 * the person has to do it.
 */
export function chooseEngine(facts: EngineFacts): EngineChoice {
  const { engine, dockerd, release } = facts;
  const explain = (message: string, hint: string) => ({ kind: 'explain', message, hint }) as const;
  const missing = [...(facts.buildx ? [] : ['buildx']), ...(facts.compose ? [] : ['compose'])];
  if (engine.version !== undefined)
    return missing.length === 0
      ? { kind: 'use', version: engine.version }
      : explain(
          `docker has no ${missing.join(' and no ')} plugin`,
          'Install the packages docker-buildx-plugin and docker-compose-plugin (Debian: docker-buildx, docker-compose).',
        );
  const reason = engine.message.split('\n').at(-1);
  const message = `no container engine answers${reason ? ` (${reason})` : ''}`;
  if (facts.remote) return explain(message, 'Correct DOCKER_HOST, or unset it.');
  if (facts.platform !== 'linux')
    return explain(message, 'Install and start Docker Desktop, OrbStack or Colima.');
  if (!facts.root)
    return explain(
      message,
      dockerd
        ? 'Start it (`sudo systemctl start docker`), and let your user use it (`sudo usermod -aG docker $USER`, then log in again).'
        : 'Install Docker Engine with buildx and compose, or run this command as root on Debian or Ubuntu: it does so itself.',
    );
  if (dockerd && missing.length === 0) return { kind: 'start', by: facts.systemd ? 'systemd' : 'process' };
  const packages = release && enginePackages(release);
  if (packages) return { kind: 'install', packages };
  return explain(
    message,
    'Install Docker Engine 24 or newer with the buildx and compose plugins, and start it.',
  );
}

/** Inspects this machine. */
export async function readEngineFacts(): Promise<EngineFacts> {
  // Not `docker info`: some clients end with 0 when there is no engine.
  const [version, buildx, compose] = await Promise.all([
    attempt('docker', VERSION),
    succeeds('docker', ['buildx', 'version']),
    succeeds('docker', ['compose', 'version']),
  ]);
  const { failed, code, stdout, stderr, shortMessage = '' } = version;
  const message = code === 'ENOENT' ? 'docker is not installed' : stderr.trim() || shortMessage;
  return {
    platform: process.platform,
    engine: failed ? { version: undefined, message } : { version: stdout.trim(), message: '' },
    buildx,
    compose,
    dockerd: findExecutable('dockerd') !== undefined,
    root: isRoot(),
    systemd: existsSync('/run/systemd/system'),
    remote: Boolean(process.env['DOCKER_HOST']),
    release: machineRelease(),
  };
}

/** Whether `docker` reaches an engine that answers within ten seconds; synchronous, for `describe.skipIf`. */
export function engineAvailable(): boolean {
  return !execaSync('docker', VERSION, { stdio: 'ignore', timeout: 10_000, reject: false }).failed;
}
