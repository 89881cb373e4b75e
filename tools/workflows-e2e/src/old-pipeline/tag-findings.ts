import { isTag } from '@ehr/delivery-core';
import { compare, parse } from 'semver';

/** What is wrong with the tags of a release: those no registry takes, and those that were promised and are not there. */
export function tagFindings(tags: readonly string[], promised: readonly string[]): string[] {
  return [
    ...tags.filter((tag) => !isTag(tag)).map((tag) => `invalid-reference ${tag}`),
    ...promised.filter((tag) => !tags.includes(tag)).map((tag) => `missing-tag ${tag}`),
  ];
}

/** Tags that a text tells its readers to pull, run or go back to. */
export function versionsAdvised(markdown: string): string[] {
  const matches = markdown.matchAll(/(?:IMAGE_TAG=|\/ehr-(?:api|web):|--to=|rollback-to=)(v?\d[\w.-]*\w)/g);
  return [...new Set([...matches].map(([, tag = '']) => tag))];
}

/** What a registry holds: the version that each tag names. */
export type Holding = Map<string, string>;

/** Tags that go back to a lower version, or to a prerelease, while these are released one after the other. */
export function regressions(
  releases: readonly string[],
  release: (holding: Holding, version: string) => void,
): string[] {
  const holding: Holding = new Map();
  return releases.flatMap((version) => {
    const before = new Map(holding);
    release(holding, version);
    return [...holding].flatMap(([tag, now]) => {
      const was = before.get(tag);
      const isBack = was !== undefined && compare(now, was) < 0;
      const isPrerelease =
        was !== now &&
        (parse(now)?.prerelease.length ?? 0) > 0 &&
        parse(tag)?.prerelease.length === undefined;
      return isBack || isPrerelease ? [`regressing-tag ${tag}: ${was ?? 'nothing'} → ${now}`] : [];
    });
  });
}
