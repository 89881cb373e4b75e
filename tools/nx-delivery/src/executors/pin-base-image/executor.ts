import { join } from 'node:path';
import { pinBaseImages } from '../../image/pin-base-images.ts';
import { optionSchemas } from '../../options/option-schemas.ts';
import { executorOf } from '../execute.ts';

/** The `pin-base-image` target: what every image is built on, by digest, in its Dockerfile. */
export default executorOf(optionSchemas['pin-base-image'], async (_options, context, wiring) => {
  const { root, projectsConfigurations } = context;
  const paths = Object.values(projectsConfigurations.projects)
    .filter(({ targets }) => targets?.['container'] !== undefined)
    .map((project) => join(project.root, 'Dockerfile'))
    .sort();
  for (const { path, before, after } of await pinBaseImages(paths, root, wiring.processEnv)) {
    const what = before === after ? `${after}, as before` : `${before} → ${after}`;
    wiring.print(`${path}: ${what}\n`);
  }
});
