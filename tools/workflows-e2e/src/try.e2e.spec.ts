import { expect, it } from 'vitest';
import { startPipelineWorld } from './world.ts';
it('tries', { timeout: 600_000 }, async () => {
  const world = await startPipelineWorld();
  try {
    await world.git('switch', '--quiet', '--create', 'develop');
    const run = await world.push('develop');
    console.log(run.jobs.map(({ steps, ...job }) => ({ ...job, steps: steps.map(({ outcome, place }) => `${place} ${outcome}`) })));
    console.log(run.output.slice(-6000));
    console.log(await world.tags('ehr-web'), world.box.coverage.missed);
    expect(run.ok).toBe(true);
  } finally {
    await world.stop();
  }
});
