/*
 * A deploy under every fault: the core with the real adapters, a real registry and Dokploy's recorded answers, each
 * behind a proxy that misbehaves. It is killed before and after every request that writes and between them; each kind of request meets a fault of each
 * of some kinds, once and for good. Whatever happens, the next run makes it right, and no run lies.
 *
 * Killed at every request, every fault at every kind of request, with Dokploy's composes and applications (some minutes):
 *   FAULT_MATRIX=all npx vitest run --dir tools/delivery-e2e fault-matrix
 */
import { requireOrSkip, type RunningRegistry, startRegistry } from '@ehr/testing-sandbox';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { durations, faults } from './fault-matrix/faults.ts';
import { makeTwoImages, type TestImages } from './fault-matrix/images.ts';
import { MatrixTable } from './fault-matrix/matrix-table.ts';
import { type CellResult, playFault, playKill, playScenario, startDeploy } from './fault-matrix/play-cell.ts';
import type { MatrixRequest } from './fault-matrix/request-kind.ts';
import { scenarios } from './fault-matrix/scenarios.ts';
import { type Kind, openStage, REGISTRY_PASSWORD, type Stage } from './fault-matrix/stage.ts';

const everything = process.env['FAULT_MATRIX'] === 'all';
/** One of so many cells of a request kind is played, each kind beginning elsewhere. */
const SAMPLE = everything ? 1 : 7;

describe.skipIf(!requireOrSkip('registry'))('a deploy under faults', { timeout: 3_600_000 }, () => {
  const table = new MatrixTable();
  let registry: RunningRegistry;
  let images: TestImages;
  beforeAll(async () => {
    [registry, images] = await Promise.all([
      startRegistry({ auth: { username: 'matrix', password: REGISTRY_PASSWORD } }),
      makeTwoImages(),
    ]);
  });
  afterAll(async () => {
    process.stdout.write(`\n${table.render()}\n\n`);
    await Promise.all([registry.stop(), images.remove()]);
  });

  async function onStage<T>(kind: Kind, play: (stage: Stage) => Promise<T>): Promise<T> {
    const stage = await openStage(registry.host, images, kind);
    try {
      return await play(stage);
    } finally {
      await stage.stop();
    }
  }

  /** The requests of a deploy that nothing disturbs, in a process of its own. */
  const undisturbed = (kind: Kind): Promise<MatrixRequest[]> =>
    onStage(kind, async (stage) => {
      stage.inject(() => undefined);
      const { exit, said } = await startDeploy(stage.config(images.new)).ended;
      expect([exit, said]).toEqual([0, expect.stringContaining('"verdict": "verified"')]);
      expect(await stage.state()).toMatchObject({ answers: 'new', pinned: 'new', environmentTag: 'new' });
      for (const secret of stage.secrets) expect(said).not.toContain(secret);
      return [...stage.requests];
    });

  const limit = pLimit(8);
  const cell = (row: string, kind: Kind, play: (stage: Stage) => Promise<CellResult | null>) =>
    limit(() =>
      onStage(kind, async (stage) => {
        const result = await play(stage);
        if (result === null) return [];
        table.add(row, result.kind, result.problems);
        return result.problems.map((problem) => `${row}, ${result.kind}: ${problem}`);
      }),
    );

  const named = scenarios.map((scenario) => [scenario.kind, scenario.name, scenario] as const);
  it.concurrent.each(named)('of a %s: %s', async (_kind, _name, scenario) => {
    const problems = await onStage(scenario.kind, (stage) => playScenario(stage, scenario));
    table.add('what Dokploy and engine do', `dokploy POST ${scenario.kind}.deploy`, problems);
    expect(problems).toEqual([]);
  });

  it.each<Kind>(everything ? ['compose', 'application'] : ['compose'])(
    'of a %s: killed at any request, it leaves what the next run can finish',
    async (kind) => {
      const requests = await undisturbed(kind);
      const reads = requests.map(({ method }) => method === 'GET' || method === 'HEAD');
      const numbers = reads.flatMap((read, index) => {
        // A read that was answered is a read that was not: nothing came of it. So of reads in a row one tells all.
        if (read && !everything && reads[index - 1] === true) return [];
        return (read ? ['before' as const] : (['before', 'after'] as const)).map((moment) => ({
          moment,
          at: index + 1,
        }));
      });
      const problems = await Promise.all(
        numbers.map(({ at, moment }) =>
          cell(`killed, ${moment} it acted`, kind, (stage) => playKill(stage, at, moment)),
        ),
      );
      expect(problems.flat()).toEqual([]);
    },
  );

  it.each<Kind>(everything ? ['compose', 'application'] : ['compose'])(
    'of a %s: says the truth under any fault, and the next run finishes it',
    async (kind) => {
      const kinds = [...new Set((await undisturbed(kind)).map((request) => request.kind))];
      const sorts = Object.entries(faults).flatMap(([name, fault]) =>
        durations.map((duration) => ({ name, fault, duration })),
      );
      const cells = kinds.flatMap((request, offset) =>
        sorts
          .filter((_, index) => (index + offset) % SAMPLE === 0)
          .map(({ name, fault, duration }) => {
            let met = 0;
            const hits = (seen: MatrixRequest) =>
              seen.kind === request && (duration === 'for good' || met++ === 0);
            return cell(`${name}, ${duration}`, kind, (stage) => playFault(stage, fault, hits));
          }),
      );
      expect((await Promise.all(cells)).flat()).toEqual([]);
    },
  );
});
