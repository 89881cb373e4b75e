import { describe, expect, it } from 'vitest';
import type { GateFinding } from './gate-model.ts';
import { renderFindings } from './render-findings.ts';

const file = (name: string): GateFinding => ({
  rule: 'forbidden-file',
  severity: 'refuse',
  where: `linux/amd64 layer 4f4fb700ef54: app/${name}`,
  message: 'A test is in the image.',
});

describe('renderFindings', () => {
  it('is one line when there is nothing', () => {
    expect(renderFindings([])).toBe('The gate found nothing against this image.');
  });

  it('shows rule, place and message, refusals before warnings', () => {
    const map: GateFinding = { rule: 'source-map', severity: 'warn', where: 'x.map', message: 'A map.' };
    expect(renderFindings([map, file('a.spec.js')]).split('\n')).toEqual([
      'refuse forbidden-file',
      '  linux/amd64 layer 4f4fb700ef54: app/a.spec.js',
      '    A test is in the image.',
      'warn source-map',
      '  x.map',
      '    A map.',
      'The gate found 1 reason to refuse it, 1 warning.',
    ]);
  });

  it('shows a few of many with the same message', () => {
    const text = renderFindings(Array.from({ length: 3_000 }, (_, index) => file(`${index}.spec.js`)));
    expect(text).toContain('… and 2995 more like these');
    expect(text).toContain('3000 reasons to refuse it');
    expect(text.split('\n').length).toBeLessThan(20);
  });
});
