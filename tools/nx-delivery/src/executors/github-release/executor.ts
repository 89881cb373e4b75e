import { releaseOnGithub } from '../../github/release-on-github.ts';
import { githubReleaseSchema } from '../../options/option-schemas.ts';
import { executorOf } from '../execute.ts';

/** The `github-release` target: one GitHub Release of a version whose images are in the registry. */
export default executorOf(githubReleaseSchema, async ({ tag, environment }, context, wiring) => {
  const { url, created } = await releaseOnGithub(tag, environment, context, wiring);
  wiring.print(`${tag} ${created ? 'is released' : 'was there and is complete'}: ${url}\n`);
});
