import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assembleStandIn, STAND_IN_LABEL } from './assemble-stand-in.ts';
import { machineRelease } from './debian.ts';
import { registryAnswers } from './registry.ts';
import { attempt, run, SandboxError, succeeds } from './run.ts';
import { workspaceRoot } from './workspace.ts';

/** What the services build on, where their Dockerfile does not name it. */
export const DEFAULT_BASE_IMAGE = 'node:24.21.0-bookworm-slim';
const DOCKER_HUB = 'https://registry-1.docker.io';

/** Facts on which it depends where the base image comes from. */
export interface BaseImageFacts {
  /** What the engine holds under the name. */
  readonly inEngine: 'nothing' | 'stand-in' | 'image';
  /** Docker Hub answers, or the engine has mirrors of it. */
  readonly hubReachable: boolean;
  /** Debian, whose packages the stand-in is made of. */
  readonly debian: boolean;
  /** The engine keeps images in containerd's store, which can hold two platforms under one name. */
  readonly containerdStore: boolean;
}

type BaseImageChoice =
  | { readonly kind: 'ready'; readonly message: string }
  | { readonly kind: 'drop-stand-in' }
  | { readonly kind: 'assemble' }
  | { readonly kind: 'explain'; readonly message: string; readonly hint: string };

/**
 * `FROM <base image>` works afterwards. Returns the reference, and in `message` where it comes from. The stand-in lies
 * in the engine's own image store, under the official name: BuildKit falls back to that when Docker Hub cannot be
 * reached, so neither the Dockerfile nor the engine's configuration changes.
 *
 * @throws SandboxError where Docker Hub cannot be reached and no stand-in can be made
 */
export async function provideBaseImage(
  onProgress: (message: string) => void,
): Promise<{ readonly reference: string; readonly message: string }> {
  const reference = currentReference();
  const choice = chooseBaseImage(await readBaseImageFacts(reference));
  switch (choice.kind) {
    case 'ready':
      return { reference, message: choice.message };
    case 'explain':
      throw new SandboxError(choice.message, choice.hint);
    case 'drop-stand-in':
      await removeImage(reference);
      return { reference, message: 'Docker Hub is reachable again' };
    case 'assemble':
      onProgress(`Docker Hub cannot be reached: making a stand-in for ${reference}`);
      await assembleStandIn(reference, onProgress);
      return { reference, message: 'stand-in made of Debian packages and the Node binary' };
  }
}

/** Takes the stand-in out of the engine again, so that it hides nothing. */
export async function removeStandIn(): Promise<void> {
  const reference = currentReference();
  if ((await imageInEngine(reference)) === 'stand-in') await removeImage(reference);
}

/** The default of `ARG BASE_IMAGE=` in a Dockerfile. */
export function baseImageReference(dockerfile: string): string {
  return /^ARG\s+BASE_IMAGE=["']?([^\s"']+)/m.exec(dockerfile)?.[1] ?? DEFAULT_BASE_IMAGE;
}

/** The official image wherever it can be had; the stand-in only where Docker Hub cannot be reached. */
export function chooseBaseImage(facts: BaseImageFacts): BaseImageChoice {
  if (facts.hubReachable)
    return facts.inEngine === 'stand-in'
      ? { kind: 'drop-stand-in' }
      : { kind: 'ready', message: 'Docker Hub is reachable' };
  if (facts.inEngine === 'stand-in') return { kind: 'ready', message: 'stand-in, already in the engine' };
  if (facts.inEngine === 'image') return { kind: 'ready', message: 'already in the engine' };
  if (facts.debian && facts.containerdStore) return { kind: 'assemble' };
  return {
    kind: 'explain',
    message: 'Docker Hub cannot be reached, and no stand-in for the base image can be made here',
    hint: 'Connect to the network, or configure a mirror (`registry-mirrors` in /etc/docker/daemon.json).',
  };
}

function currentReference(): string {
  return baseImageReference(readFileSync(join(workspaceRoot, 'apps/ehr-api/Dockerfile'), 'utf8'));
}

async function readBaseImageFacts(reference: string): Promise<BaseImageFacts> {
  const [inEngine, hub, info] = await Promise.all([
    imageInEngine(reference),
    registryAnswers(DOCKER_HUB),
    run('docker', ['info', '--format', '{{json .DriverStatus}} {{json .RegistryConfig.Mirrors}}']),
  ]);
  return {
    inEngine,
    hubReachable: hub === 'yes' || /https?:/.test(info.split('] ').at(-1) ?? ''),
    debian: machineRelease()?.distribution === 'debian',
    containerdStore: info.includes('io.containerd.snapshotter'),
  };
}

async function imageInEngine(reference: string): Promise<BaseImageFacts['inEngine']> {
  const format = `{{index .Config.Labels "${STAND_IN_LABEL}"}}`;
  const { failed, stdout } = await attempt('docker', ['image', 'inspect', '--format', format, reference]);
  if (failed) return 'nothing';
  return stdout.trim() === reference ? 'stand-in' : 'image';
}

async function removeImage(reference: string): Promise<void> {
  await succeeds('docker', ['image', 'rm', '--force', reference]);
}
