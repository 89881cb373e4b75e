import { expect, it } from 'vitest';
import { renderFindings } from './render-findings.ts';

it('has a line for each check, what to do under it, and the sum', () => {
  expect(
    renderFindings('ehr-api in staging', [
      { name: 'engine', verdict: 'ok', says: 'Docker 28 answers', next: null },
      { name: 'dokploy-auto-deploy', verdict: 'warn', says: 'off', next: 'Switch it on.' },
      { name: 'dokploy-key', verdict: 'fail', says: 'refused:\nit is wrong', next: 'Make a key.' },
      { name: 'dokploy-queue', verdict: 'unknown', says: 'not told', next: 'Ask.' },
      { name: 'dokploy-pull', verdict: 'not-used', says: 'docker compose', next: null },
    ]),
  ).toBe(
    [
      'ehr-api in staging',
      '  ✓ engine               Docker 28 answers',
      '  ! dokploy-auto-deploy  off',
      '                         → Switch it on.',
      '  ✗ dokploy-key          refused:',
      '                         it is wrong',
      '                         → Make a key.',
      '  ? dokploy-queue        not told',
      '                         → Ask.',
      '  · dokploy-pull         not used here: docker compose',
      '',
      '1 failed, 1 to look at, 1 not known, 1 fine, 1 not used here.',
      '',
    ].join('\n'),
  );
});

it('tells one cause once, where it shows first', () => {
  const says = 'Dokploy does not answer.';
  const text = renderFindings('ehr-api in staging', [
    { name: 'dokploy-reachable', verdict: 'fail', says, next: 'Start it.' },
    { name: 'dokploy-key', verdict: 'unknown', says, next: 'Start it.' },
    { name: 'dokploy-queue', verdict: 'unknown', says, next: 'Start it.' },
  ]);
  expect(text.split('\n').slice(1, 5)).toEqual([
    '  ✗ dokploy-reachable  Dokploy does not answer.',
    '                       → Start it.',
    '  ? dokploy-key        see dokploy-reachable',
    '  ? dokploy-queue      see dokploy-reachable',
  ]);
});
