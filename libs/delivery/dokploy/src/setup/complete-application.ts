import { isPinned, parseReference } from '@ehr/delivery-core';
import type { DokployApi } from '../api/dokploy-api.ts';
import { dokployError } from '../dokploy-errors.ts';
import { checkNeeds } from './check-needs.ts';
import { completeVariables } from './complete-variables.ts';
import type { Completion, SetUpOptions } from './set-up-options.ts';

/** What an application lacks. @throws DOKPLOY_SERVICE_UNFIT for one that Dokploy builds itself */
export async function completeApplication(
  api: DokployApi,
  id: string,
  options: SetUpOptions,
): Promise<Completion> {
  const { image, service, followingTag } = options;
  const found = await api.application(id);
  const mounts = (found.mounts ?? []).map(({ mountPath }) => mountPath);
  checkNeeds(options, mounts, found.env ?? '');
  const setImage = (done: string) => ({ done, write: () => api.saveImage(found, image ?? '') });
  const writes: Completion['writes'][number][] = [];
  if (found.sourceType !== 'docker') {
    // Born as a GitHub application without a repository; one that has another source is somebody's work.
    if (found.sourceType !== 'github' || found.repository != null || image === undefined) {
      throw dokployError(
        'DOKPLOY_SERVICE_UNFIT',
        `${service} is there, but built by Dokploy from ${found.sourceType}; choose the provider Docker for it.`,
      );
    }
    writes.push(setImage('source set to docker'));
  } else if (followingTag !== undefined && image !== undefined && isPinnedText(found.dockerImage)) {
    writes.push(setImage(`image set back to ${image}: a webhook deploys what the tag names`));
  }
  const save = (text: string) => api.saveApplicationEnvironment(found, text);
  const variables = completeVariables(found.env ?? '', options, save);
  return { ...variables, writes: [...writes, ...variables.writes], warnings: [], publishedPort: null };
}

function isPinnedText(image: string | null): boolean {
  const reference = parseReference(image ?? '');
  return reference !== undefined && isPinned(reference);
}
