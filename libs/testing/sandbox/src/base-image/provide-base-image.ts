import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { succeeds } from '../processes/run.ts';
import { SandboxError } from '../sandbox-error.ts';
import { workspaceRoot } from '../workspace.ts';
import { assembleStandIn } from './assemble-stand-in.ts';
import { readBaseImageFacts } from './base-image-facts.ts';
import { baseImageReference, DEFAULT_BASE_IMAGE } from './base-image-reference.ts';
import { chooseBaseImage } from './choose-base-image.ts';

const DOCKERFILE = join(workspaceRoot, 'apps/ehr-api/Dockerfile');

/**
 * Sees to it that `FROM <base image>` works, and returns the reference and where it comes from. The
 * stand-in lies in the engine's own image store, under the official name: BuildKit falls back to that
 * when Docker Hub cannot be reached, so neither the Dockerfile nor the engine's configuration changes.
 */
export async function provideBaseImage(
  say: (line: string) => void,
): Promise<{ readonly reference: string; readonly detail: string }> {
  const reference = currentReference();
  const choice = chooseBaseImage(await readBaseImageFacts(reference));
  switch (choice.kind) {
    case 'ready':
      return { reference, detail: choice.detail };
    case 'explain':
      throw new SandboxError(choice.message, choice.hint);
    case 'drop-stand-in':
      await succeeds('docker', ['image', 'rm', '--force', reference]);
      return { reference, detail: 'Docker Hub is reachable again' };
    case 'assemble':
      say(`Docker Hub cannot be reached: making a stand-in for ${reference}`);
      await assembleStandIn(reference, say);
      return { reference, detail: 'stand-in made of Debian packages and the Node binary' };
  }
}

/** Takes the stand-in out of the engine again, so that it hides nothing. */
export async function removeStandIn(): Promise<void> {
  const reference = currentReference();
  const { inEngine } = await readBaseImageFacts(reference);
  if (inEngine === 'stand-in') await succeeds('docker', ['image', 'rm', '--force', reference]);
}

function currentReference(): string {
  return existsSync(DOCKERFILE) ? baseImageReference(readFileSync(DOCKERFILE, 'utf8')) : DEFAULT_BASE_IMAGE;
}
