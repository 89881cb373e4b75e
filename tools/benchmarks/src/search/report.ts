import { loadavg } from 'node:os';
import Table from 'cli-table3';
import { type Name, names } from './competitors.ts';
import type { Figures } from './measure.ts';
import type { Shape } from './shapes.ts';

/** What was measured of a search, or of the mix of all. */
export interface Measured {
  readonly key: string;
  readonly name: string;
  readonly refused?: string;
  readonly isFull: boolean;
  readonly figures: Readonly<Partial<Record<Name, Figures>>>;
}

/** Of one number of resources. */
export interface Round {
  readonly size: number;
  readonly searches: readonly Measured[];
}

export const MIX = 'mix';

const milliseconds = (value: number) => value.toFixed(value < 10 ? 2 : 0);

/** A row for each search: p50, p95, p99 and answers a second of each. */
export function tableOf({ size, searches }: Round): string {
  const table = new Table({
    style: { compact: true },
    head: [
      `${size} resources`,
      ...names.map((name) => `${name}: p50 p95 p99 ms, /s`),
      'p95 jsonb : ours',
      '/s ours : bare',
    ],
  });
  for (const { name, figures } of searches) {
    const cell = (figure: Figures | undefined) =>
      figure === undefined
        ? 'refused'
        : `${[figure.p50, figure.p95, figure.p99].map(milliseconds).join(' ')}, ${Math.round(figure.perSecond)}`;
    const { 'ehr-api': ours, bare, jsonb } = figures;
    const ratio = (a?: number, b?: number) => (a === undefined || b === undefined ? '' : (a / b).toFixed(2));
    table.push([
      name,
      ...names.map((one) => cell(figures[one])),
      ratio(jsonb?.p95, ours?.p95),
      ratio(ours?.perSecond, bare?.perSecond),
    ]);
  }
  table.push(['load of the machine', (loadavg()[0] ?? 0).toFixed(1), '', '', '', '']);
  return table.toString();
}

const FIVE_TIMES = [
  'code',
  'laboratory',
  'rare',
  'patient-code-sort',
  'code-status',
  'category-code',
  'chain-name',
  'chain-identifier',
  'has',
];

/** Each bar, what came of it, and whether it is met. */
export function barsOf(rounds: readonly Round[], shapes: readonly Shape[]): string {
  const [smallest, largest] = [rounds[0], rounds.at(-1)];
  const table = new Table({ style: { compact: true }, head: ['bar', 'measured', ''] });
  const at = (round: Round | undefined, key: string) => round?.searches.find((search) => search.key === key);
  const ours = (round: Round | undefined, key: string) => at(round, key)?.figures['ehr-api'];
  const bar = (
    name: string,
    value: number | undefined,
    isMet: (value: number) => boolean,
    none = 'refused',
  ) => {
    const verdict = value !== undefined && isMet(value) ? 'met' : 'not met';
    table.push([name, value?.toFixed(2) ?? none, value === undefined && none !== 'refused' ? '' : verdict]);
  };
  for (const { key, name } of shapes.filter((shape) => FIVE_TIMES.includes(shape.key))) {
    const [own, jsonb] = [ours(largest, key), at(largest, key)?.figures.jsonb];
    bar(
      `${name}: p95 of jsonb at least 5 times ours`,
      own && jsonb && jsonb.p95 / own.p95,
      (value) => value >= 5,
    );
  }
  const [mix, bare] = [ours(largest, MIX), at(largest, MIX)?.figures.bare];
  bar(
    'the mix: answers a second at least half of bare',
    mix && bare && mix.perSecond / bare.perSecond,
    (value) => value >= 0.5,
  );
  const full = (smallest?.searches ?? []).filter(({ key, isFull }) => isFull && at(largest, key)?.isFull);
  const growths = full.flatMap(({ key, name }) => {
    const [small, large] = [ours(smallest, key), ours(largest, key)];
    return small && large ? [{ name, growth: large.p50 / small.p50 }] : [];
  });
  const worst = growths.sort((a, b) => b.growth - a.growth)[0];
  const hasTwo = smallest !== largest;
  bar(
    `pages of 20: p50 at ${largest?.size} at most 1.5 times that at ${smallest?.size}; the worst is ${worst?.name}`,
    hasTwo ? worst?.growth : undefined,
    (value) => value <= 1.5,
    hasTwo ? 'refused' : 'one size only',
  );
  const [small, large] = [ours(largest, 'compartment'), ours(largest, 'large-chart')];
  bar(
    'the large chart’s newest 20: p50 at most 1.3 times a small chart’s',
    small && large && large.p50 / small.p50,
    (value) => value <= 1.3,
    at(largest, 'large-chart') ? 'refused' : 'not asked',
  );
  return table.toString();
}
