import type { ExecutorContext } from '@nx/devkit';
import { execute } from '../execute.ts';
import { releaseOnGithub } from '../../github/release-on-github.ts';
import { githubReleaseSchema } from '../../options/option-schemas.ts';
import { parseOptions } from '../../options/parse-options.ts';
import { realWiring, type RawOptions } from '../../wiring/wiring.ts';

/** The `github-release` target: one GitHub Release of a version whose images are in the registry. */
export default function githubReleaseExecutor(
  raw: RawOptions,
  context: ExecutorContext,
  wiring = realWiring,
) {
  return execute(wiring, async () => {
    const { tag, environment } = parseOptions(githubReleaseSchema, raw);
    const { url, created } = await releaseOnGithub(tag, environment, context, wiring);
    wiring.print(`${tag} ${created ? 'is released' : 'was there and is complete'}: ${url}\n`);
  });
}
