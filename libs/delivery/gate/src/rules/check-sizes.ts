import { formatBytes } from '@ehr/delivery-core';
import type { GateLayer } from '../gate-image.ts';
import type { Sight } from '../gate-finding.ts';
import type { SizeBudget } from '../gate-policy.ts';

type Sizes = readonly Pick<GateLayer, 'size'>[];

/** A sudden jump is a forgotten `node_modules` or a dataset; sizes are those that travel. */
export function checkSizes(all: Sizes, application: Sizes, budget: SizeBudget): readonly Sight[] {
  return [
    ...over('The application', sum(application), budget.applicationBytes),
    ...over('The whole image', sum(all), budget.imageBytes),
  ];
}

function over(what: string, bytes: number, budget: number): readonly Sight[] {
  if (bytes <= budget) return [];
  const sentence = `${what} has ${formatBytes(bytes)} compressed; ${formatBytes(budget)} are allowed.`;
  return [{ rule: 'size-budget', severity: 'refuse', place: '', sentence }];
}

function sum(layers: Sizes): number {
  return layers.reduce((total, { size }) => total + size, 0);
}
