import { beforeAll, describe, expect, it } from 'vitest';
import { resolve } from './box/expressions.ts';
import { toWorkflow, type Workflow } from './box/read-workflow.ts';
import { readSource } from './lint/source-files.ts';

let deliver: Workflow;
beforeAll(async () => {
  const path = '.github/workflows/deliver.yml';
  deliver = toWorkflow(path, (await readSource(path)).content);
});

interface Delivery {
  readonly id: string;
  readonly environment?: string;
  readonly service?: string;
  readonly release?: string;
  readonly rollbackTo?: string;
}

/** The concurrency group that a delivery gets, by GitHub's own evaluator. */
function groupOf({ id, environment = 'prod', service = 'ehr-api', release = '', rollbackTo = '' }: Delivery) {
  const inputs = { service, environment, release, 'rollback-to': rollbackTo };
  const concurrency = resolve(deliver.jobs['deliver']?.concurrency, { inputs, github: { run_id: id } });
  return (concurrency as { readonly group: string }).group;
}

/**
 * The runs that GitHub drops: of those that wait in one group behind the one that runs it keeps the newest
 * (docs.github.com, "Control the concurrency of workflows and jobs").
 */
function dropped(deliveries: readonly Delivery[]): string[] {
  const groups = Map.groupBy(deliveries, groupOf);
  return [...groups.values()].flatMap((group) => group.slice(1, -1).map(({ id }) => id));
}

describe('of deliveries to one service that come while one is under way', () => {
  it('a push gives way to a newer push', () => {
    expect(dropped([{ id: 'runs' }, { id: 'waits' }, { id: 'newer' }])).toEqual(['waits']);
  });

  it.each<[string, Omit<Delivery, 'id'>]>([
    ['rollback', { rollbackTo: 'v1.2.3' }],
    ['release', { release: 'v1.2.3' }],
  ])('a %s never does', (_, waits) => {
    expect(dropped([{ id: 'runs' }, { id: 'waits', ...waits }, { id: 'push' }, { id: 'newer' }])).toEqual([
      'push',
    ]);
  });

  it('a second rollback drops neither the first nor another service’s', () => {
    const back = { rollbackTo: 'v1.2.3' };
    const web = { ...back, service: 'ehr-web' };
    expect(
      dropped([
        { id: 'r1', ...back },
        { id: 'r2', ...back },
        { id: 'r3', ...back },
        { id: 'r3', ...web },
      ]),
    ).toEqual([]);
  });
});
