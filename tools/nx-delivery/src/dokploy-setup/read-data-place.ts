import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataPlace, dataPlaceOf } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';

/** Where the service's image keeps its data, by the labels in its Dockerfile: an image need not be there yet. */
export async function readDataPlace(context: ExecutorContext): Promise<DataPlace | null> {
  const { root, projectName = '', projectsConfigurations } = context;
  const directory = projectsConfigurations.projects[projectName]?.root ?? '.';
  return dataPlaceIn(await readFile(join(root, directory, 'Dockerfile'), 'utf8').catch(() => ''));
}

/** The same, of a Dockerfile's text. */
export function dataPlaceIn(dockerfile: string): DataPlace | null {
  const labels = [...dockerfile.matchAll(/(?<![\w.-])(connect\.ehr\.data(?:-unless)?)="?([^"\s\\]+)"?/g)];
  return dataPlaceOf(Object.fromEntries(labels.map(([, name = '', value = '']) => [name, value])));
}
