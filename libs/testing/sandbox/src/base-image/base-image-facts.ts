import { execa } from 'execa';
import { machineRelease } from '../apt/machine-release.ts';
import { run } from '../processes/run.ts';
import type { BaseImageFacts } from './choose-base-image.ts';

/** The label that tells the stand-in from the official image. */
export const STAND_IN_LABEL = 'org.ehr-connect.stand-in-for';
const DOCKER_HUB = 'https://registry-1.docker.io/v2/';

export async function readBaseImageFacts(reference: string): Promise<BaseImageFacts> {
  const [inEngine, hubAnswers, info] = await Promise.all([
    imageInEngine(reference),
    answers(DOCKER_HUB),
    run('docker', ['info', '--format', '{{json .DriverStatus}} {{json .RegistryConfig.Mirrors}}']),
  ]);
  return {
    inEngine,
    hubReachable: hubAnswers || /https?:/.test(info.split('] ').at(-1) ?? ''),
    debian: machineRelease()?.distribution === 'debian',
    containerdStore: info.includes('io.containerd.snapshotter'),
  };
}

async function imageInEngine(reference: string): Promise<BaseImageFacts['inEngine']> {
  const format = `{{index .Config.Labels "${STAND_IN_LABEL}"}}`;
  const inspect = await execa('docker', ['image', 'inspect', '--format', format, reference], {
    reject: false,
  });
  if (inspect.failed) return 'nothing';
  return inspect.stdout.trim() === reference ? 'stand-in' : 'image';
}

/** Docker Hub says 401 to strangers: any answer will do. */
async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3000) });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false; // no name, no route, or no answer in time
  }
}
