import { existsSync } from 'node:fs';
import { execa } from 'execa';
import type { DebianRelease } from '../apt/debian-release.ts';
import { machineRelease } from '../apt/machine-release.ts';
import { findExecutable } from '../processes/find-executable.ts';
import { succeeds } from '../processes/run.ts';
import { isRoot } from '../processes/is-root.ts';

/** What is true of this machine; all that the choice of an engine depends on. */
export interface EngineFacts {
  readonly platform: NodeJS.Platform;
  /** `yes`, or the client's own words for why the engine cannot be reached. */
  readonly engine: { readonly answers: boolean; readonly problem: string };
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

export async function readEngineFacts(): Promise<EngineFacts> {
  // Not `docker info`: some clients end with 0 when there is no engine.
  const [version, buildx, compose] = await Promise.all([
    execa('docker', ['version', '--format', '{{.Server.Version}}'], {
      reject: false,
      stdin: 'ignore',
      timeout: 10_000,
    }),
    succeeds('docker', ['buildx', 'version']),
    succeeds('docker', ['compose', 'version']),
  ]);
  return {
    platform: process.platform,
    engine: {
      answers: !version.failed,
      problem: version.failed ? reason(version) : '',
    },
    buildx,
    compose,
    dockerd: findExecutable('dockerd') !== undefined,
    root: isRoot(),
    systemd: existsSync('/run/systemd/system'),
    remote: Boolean(process.env['DOCKER_HOST']),
    release: machineRelease(),
  };
}

/** What of a failed command's result says why. */
interface Failure {
  readonly code?: string | undefined;
  readonly stderr: string;
  readonly shortMessage?: string | undefined;
}

function reason({ code, stderr, shortMessage }: Failure): string {
  return code === 'ENOENT' ? 'docker is not installed' : stderr.trim() || (shortMessage ?? '');
}
