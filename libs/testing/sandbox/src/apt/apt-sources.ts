import type { DebianRelease } from './debian-release.ts';

/** A place packages come from: the base address of a mirror, and a suite on it. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

/** What `apt-get indextargets --no-release-info --format` is asked for, one target per line. */
export const INDEX_TARGET_FORMAT = '$(CREATED_BY)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)';

/**
 * The distribution's own sources out of the machine's, told by suite and component: so its mirrors
 * are used, and a third party's source that cannot be reached does not get in the way.
 */
export function distributionSources(indexTargets: string, { codename }: DebianRelease): AptSource[] {
  const suites = [codename, `${codename}-updates`, `${codename}-security`];
  const sources = new Map<string, AptSource>();
  for (const line of indexTargets.split('\n')) {
    const [createdBy, uri, suite, component] = line.split('|');
    if (createdBy !== 'Packages' || !uri || !suite || !component) continue;
    if (!suites.includes(suite) || !['main', 'universe'].includes(component)) continue;
    const key = `${uri} ${suite}`;
    const components = new Set([...(sources.get(key)?.components ?? []), component]);
    sources.set(key, { uri, suite, components: [...components] });
  }
  return [...sources.values()];
}

/** The same mirror's later release, next to what there is. */
export function withSuite(
  sources: readonly AptSource[],
  { codename }: DebianRelease,
  suite: string,
): AptSource[] {
  const main = sources.find((source) => source.suite === codename);
  return main ? [...sources, { ...main, suite }] : [...sources];
}

/** The text of a `.sources` file; `keyring` undefined leaves the choice to apt's trusted keys. */
export function renderSources(sources: readonly AptSource[], keyring: string | undefined): string {
  return sources
    .map(({ uri, suite, components }) =>
      [
        'Types: deb',
        `URIs: ${uri}`,
        `Suites: ${suite}`,
        `Components: ${components.join(' ')}`,
        ...(keyring ? [`Signed-By: ${keyring}`] : []),
        '',
      ].join('\n'),
    )
    .join('\n');
}
