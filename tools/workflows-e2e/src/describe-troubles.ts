import { expect, it } from 'vitest';
import { green, job, outcomes, RUNNING, seen } from './watch-runs.ts';
import type { PipelineWorld } from './world.ts';

/** Failure, cancellation, a killed runner and a bad commit, in the history that the pipeline's tests have made so far. */
export function describeTroubles(world: () => PipelineWorld): void {
  const API = 'build-and-push-api.yml';
  const DELIVER = `${API} › deliver`;
  const steps = ['checkout', 'setup', 'login-action', 'cosign-installer', 'deploy'];
  it.each(steps)('at %s: the run fails and the environment is what it was', async (name) => {
    await world().git('switch', '--quiet', 'develop');
    const before = await world().runs('dev', 'ehr-api');
    const trouble = {
      kind: 'fail' as const,
      at: (place: string, step: { uses?: string; id?: string }) =>
        place.startsWith('deliver.yml') && (step.uses ?? step.id ?? '').includes(name),
    };
    const run = await seen(world().push('develop', { trouble, only: API }));
    expect(run.ok).toBe(false);
    expect(job(run, DELIVER)?.result).toBe('failure');
    expect(await world().runs('dev', 'ehr-api')).toBe(before);
  });

  it('a run cancelled before its deploy is repaired by the next push', async () => {
    const trouble = {
      kind: 'cancel' as const,
      at: (_: string, step: { id?: string }) => step.id === 'deploy',
    };
    const run = await seen(world().push('develop', { trouble, only: API }));
    expect(run.jobs.map(({ result }) => result)).toEqual(['success', 'cancelled']);
    await world().commit('develop', 'docs/ERRORS.md', '<!-- only documents -->');
    // The push itself touches no service: what counts is what dev runs.
    expect(outcomes(await green(world().push('develop', { only: API })))).toMatchObject({
      'ehr-api': RUNNING,
    });
  });

  it('a run killed in the middle of its push is completed when it is run again', async () => {
    await world().commit('develop', 'apps/ehr-api/src/main.ts', '// killed');
    const trouble = {
      kind: 'kill' as const,
      when: 'gate-image',
      at: (_: string, step: { id?: string }) => step.id === 'deploy',
    };
    const killed = await seen(world().push('develop', { trouble, runId: 4711, only: API }));
    expect(job(killed, DELIVER)?.result).toBe('cancelled');
    const again = await green(world().push('develop', { runId: 4711, only: API }));
    expect(outcomes(again)).toMatchObject({ 'ehr-api': RUNNING });
    expect((await world().tags('ehr-api'))['dev']).toMatch(/^sha256:/);
  });

  it('a commit that cannot start is put back, blocked, and refused the next time', async () => {
    const before = await world().runs('dev', 'ehr-api');
    await world().commit('develop', 'apps/ehr-api/src/main.ts', 'process.exit(3);');
    const run = await seen(world().push('develop', { only: API }));
    expect(run.output).toContain('crash-looping (exit 12)');
    expect(await world().runs('dev', 'ehr-api')).toBe(before);
    const again = await seen(world().push('develop', { only: API }));
    expect(again.output).toContain('IMAGE_BLOCKED');
  });
}
