import type { Environment } from './environments.ts';
import type { Source } from './ports.ts';

export interface Tags {
  /** `<branch>-<sha7>`: what this commit is; `-dirty` when the working tree is not that commit. */
  readonly revision: string;
  /** A revision tag never moves, unless the tree was dirty: then it only names the last try. */
  readonly revisionMoves: boolean;
  readonly environment: string;
}

/** Which tags a deploy gives its image. On a laptop the "branch" is `local`: its images say nothing of a branch. */
export function tagsFor(environment: Environment, source: Source): Tags {
  const branch = environment === 'local' ? 'local' : asTagPart(source.branch ?? 'detached');
  return {
    revision: `${branch}-${source.revision.slice(0, 7)}${source.dirty ? '-dirty' : ''}`,
    revisionMoves: source.dirty,
    environment,
  };
}

/** Branch names hold slashes and more; tags hold `[A-Za-z0-9_.-]` and start with a letter, digit or underscore. */
function asTagPart(branch: string): string {
  return (
    branch
      .replace(/[^\w.-]+/g, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 100) || 'branch'
  );
}
