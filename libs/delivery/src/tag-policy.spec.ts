import { isTag } from '@ehr/oci';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tagsFor } from './index.ts';

const source = { revision: 'abc1234def', branch: 'main', dirty: false };

describe('tagsFor', () => {
  it.each([
    ['local', source, 'local-abc1234', false],
    ['local', { ...source, dirty: true }, 'local-abc1234-dirty', true],
    ['dev', { ...source, branch: 'develop' }, 'develop-abc1234', false],
    ['prod', source, 'main-abc1234', false],
    ['staging', { ...source, branch: 'feature/new thing' }, 'feature-new-thing-abc1234', false],
    ['staging', { ...source, branch: null }, 'detached-abc1234', false],
  ] as const)('%s from %j is %s', (environment, from, revision, revisionMoves) => {
    expect(tagsFor(environment, from)).toEqual({ revision, revisionMoves, environment });
  });

  it('makes a valid tag of any branch name', () => {
    fc.assert(fc.property(fc.string(), (branch) => isTag(tagsFor('dev', { ...source, branch }).revision)));
  });
});
