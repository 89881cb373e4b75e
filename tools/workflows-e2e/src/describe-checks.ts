import { expect, it } from 'vitest';
import { green } from './watch-runs.ts';
import type { PipelineWorld } from './world.ts';

/** What looks at changes before they are merged, and at night, in the history that the pipeline's tests have made so far. */
export function describeChecks(world: () => PipelineWorld): void {
  it('a pull request from a fork gets no secret, pushes nothing, and looks at what it changes', async () => {
    const before = await world().tags('ehr-api');
    await world().git('switch', '--quiet', '--create', 'theirs', 'develop');
    await world().commit('theirs', 'apps/ehr-api/src/main.ts', '// from a fork');
    const base = await world().git('rev-parse', 'develop');
    const run = await green(
      world().happen({
        name: 'pull_request',
        ref: 'refs/pull/7/merge',
        sha: await world().git('rev-parse', 'theirs'),
        fork: true,
        payload: { pull_request: { base: { sha: base } } },
      }),
    );
    const parts = ['e2e', 'long'];
    expect(run.jobs.map(({ place }) => place)).toEqual([
      'ci.yml › affected',
      ...parts.map(() => 'ci.yml › end-to-end'),
      'ci.yml › long',
    ]);
    for (const part of parts) expect(run.output).toContain(`--part=${part} --affected`);
    for (const one of run.jobs.slice(0, -1)) {
      expect(one).toMatchObject({ secrets: [], permissions: { contents: 'read' }, environment: null });
    }
    expect(run.output).toMatch(/ehr-api:container/);
    expect(run.output).not.toMatch(/ehr-web:container/);
    expect(await world().tags('ehr-api')).toEqual(before);
  });

  it('a merge queue gets the same as a pull request', async () => {
    const base = await world().git('rev-parse', 'theirs');
    const payload = { merge_group: { base_sha: base } };
    const event = { name: 'merge_group' as const, ref: 'refs/heads/theirs', payload };
    expect((await green(world().happen(event))).jobs).toHaveLength(4);
  });

  it('at night the long tests run, and nothing else', async () => {
    const run = await green(world().happen({ name: 'schedule', ref: 'refs/heads/develop' }));
    const ran = run.jobs.filter(({ result }) => result !== 'skipped');
    expect(ran.map(({ place }) => place)).toEqual(['ci.yml › long']);
  });
}
