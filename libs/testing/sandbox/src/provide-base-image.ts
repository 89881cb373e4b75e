import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseImageIn, STAND_IN_LABEL, STAND_IN_REGISTRY, standInName } from '@ehr/delivery-core';
import { assembleStandIn } from './assemble-stand-in.ts';
import { machineRelease } from './debian.ts';
import { registryAnswers } from './registry.ts';
import { attempt, run, SandboxError, succeeds } from './run.ts';
import { workspaceRoot } from './workspace.ts';

const DOCKER_HUB = 'https://registry-1.docker.io';

/** Facts on which it depends where the base image comes from. */
export interface BaseImageFacts {
  /** The engine holds the image itself. */
  readonly hasImage: boolean;
  /** The engine holds the stand-in for it. */
  readonly hasStandIn: boolean;
  /** Docker Hub answers, or the engine has mirrors of it. */
  readonly hubReachable: boolean;
  /** Debian, whose packages the stand-in is made of. */
  readonly debian: boolean;
  /** The engine keeps images in containerd's store, which can hold two platforms under one name. */
  readonly containerdStore: boolean;
}

type BaseImageChoice =
  | { readonly kind: 'image' | 'stand-in'; readonly message: string }
  | { readonly kind: 'assemble' }
  | { readonly kind: 'explain'; readonly message: string; readonly hint: string };

/**
 * The services can be built afterwards. Returns the reference of what they are built on, and in `message` where it comes
 * from. The stand-in lies in the engine's own image store under a name of its own, and that it is there is what makes
 * `nx container` build on it (tools/nx-delivery/src/fingerprint/base-image-of.ts): it is there only where the image
 * itself cannot be had.
 *
 * @throws SandboxError where Docker Hub cannot be reached and no stand-in can be made
 */
export async function provideBaseImage(
  onProgress: (message: string) => void,
): Promise<{ readonly reference: string; readonly message: string }> {
  const { image, standIn } = currentNames();
  const choice = chooseBaseImage(await readBaseImageFacts(image, standIn));
  switch (choice.kind) {
    case 'image': {
      const dropped = await removeStandIn();
      return { reference: image, message: `${choice.message}${dropped ? '; the stand-in is gone' : ''}` };
    }
    case 'stand-in':
      return { reference: standIn, message: choice.message };
    case 'explain':
      throw new SandboxError(choice.message, choice.hint);
    case 'assemble':
      onProgress(`Docker Hub cannot be reached: making a stand-in for ${image}`);
      await assembleStandIn(standIn, onProgress);
      return { reference: standIn, message: 'stand-in made of Debian packages and the Node binary' };
  }
}

/** Takes every stand-in out of the engine again; returns whether there was one. */
export async function removeStandIn(): Promise<boolean> {
  const { image } = currentNames();
  const own = ['--filter', `reference=${STAND_IN_REGISTRY}/*`, '--format', '{{.Repository}}:{{.Tag}}'];
  const names = (await attempt('docker', ['images', ...own])).stdout?.split('\n').filter(Boolean) ?? [];
  // An earlier version gave it the image's own name.
  if ((await inEngine(image)) === 'stand-in') names.push(image);
  if (names.length === 0) return false;
  return succeeds('docker', ['image', 'rm', '--force', ...names]);
}

/** The image itself wherever it can be had; the stand-in only where it cannot. */
export function chooseBaseImage(facts: BaseImageFacts): BaseImageChoice {
  if (facts.hubReachable) return { kind: 'image', message: 'Docker Hub is reachable' };
  if (facts.hasImage) return { kind: 'image', message: 'already in the engine' };
  if (facts.hasStandIn) return { kind: 'stand-in', message: 'already in the engine' };
  if (facts.debian && facts.containerdStore) return { kind: 'assemble' };
  return {
    kind: 'explain',
    message: 'Docker Hub cannot be reached, and no stand-in for the base image can be made here',
    hint: 'Connect to the network, or configure a mirror (`registry-mirrors` in /etc/docker/daemon.json).',
  };
}

/** Services share one base. */
function currentNames(): { readonly image: string; readonly standIn: string } {
  const image = baseImageIn(readFileSync(join(workspaceRoot, 'apps/ehr-api/Dockerfile'), 'utf8')) ?? '';
  return { image, standIn: standInName(image) ?? image };
}

async function readBaseImageFacts(image: string, standIn: string): Promise<BaseImageFacts> {
  const [official, own, hub, info] = await Promise.all([
    inEngine(image),
    inEngine(standIn),
    registryAnswers(DOCKER_HUB),
    run('docker', ['info', '--format', '{{json .DriverStatus}} {{json .RegistryConfig.Mirrors}}']),
  ]);
  return {
    hasImage: official === 'image',
    hasStandIn: own === 'stand-in',
    hubReachable: hub === 'yes' || /https?:/.test(info.split('] ').at(-1) ?? ''),
    debian: machineRelease()?.distribution === 'debian',
    containerdStore: info.includes('io.containerd.snapshotter'),
  };
}

async function inEngine(reference: string): Promise<'nothing' | 'stand-in' | 'image'> {
  const format = `{{index .Config.Labels "${STAND_IN_LABEL}"}}`;
  const { failed, stdout } = await attempt('docker', ['image', 'inspect', '--format', format, reference]);
  if (failed) return 'nothing';
  return stdout.trim() === '' ? 'image' : 'stand-in';
}
