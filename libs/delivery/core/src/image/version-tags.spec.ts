import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseVersionTag, versionTags } from '../index.ts';
import { isTag } from './reference.ts';
import { versionTagsIn } from './version-tags.ts';

const tagsOf = (tag: string) => {
  const version = parseVersionTag(tag);
  return version && versionTags(version);
};

describe('versionTags', () => {
  it.each([
    ['v1.0.0', ['v1.0.0', '1.0.0'], ['1.0', '1', 'latest']],
    ['v2.10.3', ['v2.10.3', '2.10.3'], ['2.10', '2', 'latest']],
    ['v0.1.0', ['v0.1.0', '0.1.0'], ['0.1', '0', 'latest']],
    ['v1.2.3-rc.1', ['v1.2.3-rc.1', '1.2.3-rc.1'], []],
  ])('of %s', (tag, exact, moving) => {
    expect(tagsOf(tag)).toEqual({ exact, moving });
  });

  it.each(['1.2.3', 'v1.2', 'v1', 'v01.2.3', 'v1.2.3+build', 'V1.2.3', ' v1.2.3', 'v1.2.3 ', 'vnext', ''])(
    'is not %j',
    (tag) => {
      expect(tagsOf(tag)).toBeUndefined();
    },
  );

  it('are valid image tags, whatever the version', () => {
    const part = fc.nat({ max: 9999 });
    fc.assert(
      fc.property(
        part,
        part,
        part,
        fc.stringMatching(/^[a-z]{1,5}(\.[1-9]\d?)?$/),
        (major, minor, patch, pre) => {
          const tags = [`v${major}.${minor}.${patch}`, `v${major}.${minor}.${patch}-${pre}`].map(tagsOf);
          return tags.every((found) => found !== undefined && [...found.exact, ...found.moving].every(isTag));
        },
      ),
    );
  });
});

describe('versionTagsIn', () => {
  it('are the versions among tags, highest first, whatever their order', () => {
    const held = ['v1.9.0', 'v1.10.0', 'main-abc1234', '1.10.1', 'v2.0.0-rc.1', 'latest', 'v1.10.1'];
    const sorted = ['v2.0.0-rc.1', 'v1.10.1', 'v1.10.0', 'v1.9.0'];
    expect(versionTagsIn(held)).toEqual(sorted);
    expect(versionTagsIn(held.toReversed())).toEqual(sorted);
  });
});
