import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTag } from '../image/reference.ts';
import { tagsFor } from '../index.ts';

const source = { revision: 'abc1234def', branch: 'main', dirty: false };

describe('tagsFor', () => {
  const develop = { ...source, branch: 'develop' };
  it.each([
    ['local', source, null, ['local-abc1234'], [], ['local']],
    ['dev', develop, null, ['develop-abc1234'], [], ['dev']],
    ['staging', { ...source, branch: 'staging' }, null, ['staging-abc1234'], [], ['staging']],
    ['prod', source, null, ['main-abc1234'], [], ['latest', 'prod']],
    ['prod', source, 'v1.2.3', ['main-abc1234', 'v1.2.3', '1.2.3'], ['1.2', '1'], ['latest', 'prod']],
    [
      'prod',
      { ...source, branch: null },
      'v1.2.3',
      ['release-abc1234', 'v1.2.3', '1.2.3'],
      ['1.2', '1'],
      ['latest', 'prod'],
    ],
    ['prod', source, 'v1.2.3-rc.1', ['main-abc1234', 'v1.2.3-rc.1', '1.2.3-rc.1'], [], []],
    [
      'staging',
      { ...source, branch: 'feature/new thing' },
      null,
      ['feature-new-thing-abc1234'],
      [],
      ['staging'],
    ],
    ['staging', { ...source, branch: null }, null, ['detached-abc1234'], [], ['staging']],
  ] as const)('%s from %j, release %s', (environment, from, release, exact, moving, environmentTags) => {
    const tags = tagsFor(environment, from, release);
    const of = (...kinds: string[]) => tags.filter(({ kind }) => kinds.includes(kind)).map(({ tag }) => tag);
    expect([of('revision', 'version'), of('range'), of('latest', 'environment')]).toEqual([
      exact,
      moving,
      environmentTags,
    ]);
    expect(of('trial')).toEqual([]);
  });

  it('lets the revision tag of a dirty tree move', () => {
    const [revision] = tagsFor('local', { ...source, dirty: true });
    expect(revision).toEqual({ tag: 'local-abc1234-dirty', kind: 'trial' });
  });

  it('makes a valid tag of any branch name', () => {
    fc.assert(
      fc.property(fc.string(), (branch) => isTag(tagsFor('dev', { ...source, branch })[0]?.tag ?? '')),
    );
  });
});
