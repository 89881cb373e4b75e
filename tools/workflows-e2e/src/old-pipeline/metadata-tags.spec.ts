import { expect, it } from 'vitest';
import { metadataTags } from './metadata-tags.ts';

const sha = 'abc1234'.padEnd(40, '0');
const tagsFor = (ref: string, ...rules: string[]) =>
  metadataTags(rules.join('\n'), { name: 'push', ref: `refs/${ref}`, sha });

it.each<[string, string, string[]]>([
  ['heads/feature/one', 'type=ref,event=branch', ['feature-one']],
  ['heads/main', 'type=ref,event=pr', []],
  ['pull/7/merge', 'type=ref,event=pr', ['pr-7']],
  ['tags/v1.2.3', 'type=ref,event=tag', ['v1.2.3', 'latest']],
  ['tags/v1.2.3', 'type=semver,pattern={{major}}.{{minor}}', ['1.2', 'latest']],
  ['tags/v1.2.3-rc.1', 'type=semver,pattern={{major}}.{{minor}}', ['1.2.3-rc.1']],
  ['tags/nightly', 'type=semver,pattern={{version}}', []],
  ['heads/main', 'type=sha', ['sha-abc1234']],
  ['heads/main', 'type=sha,prefix={{branch}}-', ['main-abc1234']],
  ['tags/v1.2.3', 'type=sha,prefix={{branch}}-', ['-abc1234']],
  ['heads/main', 'type=raw,value=prod,enable=false', []],
])('%s makes of %s: %j', (ref, rule, tags) => {
  expect(tagsFor(ref, rule)).toEqual(tags);
});

it('lets the rule with the highest priority decide on latest', () => {
  expect(tagsFor('tags/v1.2.3', 'type=raw,value=prod', 'type=semver,pattern={{version}}')).toEqual([
    '1.2.3',
    'prod',
    'latest',
  ]);
});
