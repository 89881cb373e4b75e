import { expect, it } from 'vitest';
import { renderFindings } from './render-findings.ts';

it('has a line for each check, what to do under it, and the sum', () => {
  expect(
    renderFindings('ehr-api in staging', [
      { name: 'engine', verdict: 'ok', message: 'Docker 28 answers', hint: null },
      { name: 'dokploy-auto-deploy', verdict: 'warn', message: 'off', hint: 'Switch it on.' },
      { name: 'dokploy-key', verdict: 'fail', message: 'refused:\nit is wrong', hint: 'Make a key.' },
      { name: 'dokploy-queue', verdict: 'unknown', message: 'not told', hint: 'Ask.' },
      { name: 'dokploy-pull', verdict: 'not-used', message: 'docker compose', hint: null },
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
  const message = 'Dokploy does not answer.';
  const text = renderFindings('ehr-api in staging', [
    { name: 'dokploy-reachable', verdict: 'fail', message, hint: 'Start it.' },
    { name: 'dokploy-key', verdict: 'unknown', message, hint: 'Start it.' },
    { name: 'dokploy-queue', verdict: 'unknown', message, hint: 'Read the message above.' },
  ]);
  expect(text.split('\n').slice(1, 5)).toEqual([
    '  ✗ dokploy-reachable  Dokploy does not answer.',
    '                       → Start it.',
    '  ? dokploy-key        see dokploy-reachable',
    '  ? dokploy-queue      see dokploy-reachable',
  ]);
});
