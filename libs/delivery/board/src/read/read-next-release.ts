import { type Digest, parseVersionTag, versionTags, versionTagsIn } from '@ehr/delivery-core';
import { inc, type ReleaseType } from 'semver';
import type { ServicePorts } from '../board-ports.ts';

/** What a Git tag of the next version would make and move in the registry. */
export interface NextRelease {
  readonly tag: string;
  /** New, and never moved again. */
  readonly exact: readonly string[];
  readonly moving: readonly { readonly tag: string; readonly names: Digest | null }[];
}

const STEPS: readonly ReleaseType[] = ['patch', 'minor', 'major'];

/** The next patch, minor and major release after the highest version that the registry has; v1.0.0 after none. */
export async function readNextReleases({
  registry,
}: Pick<ServicePorts, 'registry'>): Promise<readonly NextRelease[]> {
  const [highest] = versionTagsIn(await registry.listTags('v')).filter(
    (tag) => parseVersionTag(tag)?.prerelease.length === 0,
  );
  const next = highest === undefined ? ['1.0.0'] : STEPS.flatMap((step) => inc(highest, step) ?? []);
  return Promise.all(
    next.map(async (version) => {
      const tag = `v${version}`;
      const parsed = parseVersionTag(tag);
      const { exact, moving } = parsed === undefined ? { exact: [], moving: [] } : versionTags(parsed);
      const named = moving.map(async (one) => ({ tag: one, names: await registry.resolve(one) }));
      return { tag, exact, moving: await Promise.all(named) };
    }),
  );
}
