import { expect, it } from 'vitest';
import { ALREADY, green, job, outcomes, RUNNING, seen } from './watch-runs.ts';
import type { PipelineWorld } from './world.ts';

/** A spec whose tests the pipeline's repository keeps, so that it can fail. */
export const KEPT_SPEC = 'libs/ehr/health/src/health-report.spec.ts';
const WORKFLOWS = { 'ehr-api': 'build-and-push-api.yml', 'ehr-web': 'build-and-push-web.yml' } as const;

type Services = readonly (keyof typeof WORKFLOWS)[];

/** Pushes develop, for these services alone. */
function pushOf(world: () => PipelineWorld, [first, ...others]: Services) {
  const only = first !== undefined && others.length === 0 ? { only: WORKFLOWS[first] } : {};
  return () => world().push('develop', only);
}

/** All of them ended so. */
const each = (services: Services, outcome: string) =>
  Object.fromEntries(services.map((service) => [service, outcome]));

/** The first push to develop, of these services alone. */
export function describeFirstPush(world: () => PipelineWorld, services: Services): void {
  const push = pushOf(world, services);

  it('push to develop ships to dev what passed its tests, and tells so in the job summary', async () => {
    const run = await green(push());
    expect(outcomes(run)).toEqual(each(services, RUNNING));
    const api = job(run, 'build-and-push-api.yml › deliver');
    expect(api).toMatchObject({
      environment: 'dev',
      concurrency: 'deploy-dev-ehr-api',
      permissions: { contents: 'read', 'id-token': 'write' },
      secrets: ['DOCKERHUB_TOKEN', 'DOKPLOY_API_KEY', 'COSIGN_PRIVATE_KEY', 'COSIGN_PASSWORD'],
    });
    expect(api?.summary).toContain('## ehr-api ✅ is running in dev');
    expect(api?.summary).not.toContain('Nx Run Report');
    expect(api?.outputs['url']).toBe(`${world().dokploy.environments[0]?.urls['ehr-api']}/health`);
    expect(run.jobs.map(({ place }) => place)).toEqual(
      services.flatMap((name) => ['verify', 'deliver'].map((id) => `${WORKFLOWS[name]} › ${id} › ${id}`)),
    );
    const verified = job(run, 'build-and-push-api.yml › verify');
    expect(verified).toMatchObject({ environment: null, permissions: { contents: 'read' }, secrets: [] });
    expect(run.output).toContain('nothing was ever verified there: everything counts as changed');
  });
}

/** A push that fails its tests, and the next one, after those before delivered. */
export function describeFailingPush(world: () => PipelineWorld, services: Services): void {
  const push = pushOf(world, services);

  it('a failing test stops a delivery; nothing is pushed, and what runs goes on', async () => {
    const before = await world().tags('ehr-api');
    const running = await world().runs('dev', 'ehr-api');
    await world().commit('develop', KEPT_SPEC, "throw new Error('made to fail');");
    const run = await seen(world().push('develop', { only: WORKFLOWS['ehr-api'] }));
    expect(run.jobs.map(({ result }) => result)).toEqual(['failure', 'skipped']);
    expect(run.output).toContain('made to fail');
    expect(await world().tags('ehr-api')).toEqual(before);
    expect(await world().runs('dev', 'ehr-api')).toBe(running);
    await world().git('reset', '--quiet', '--hard', 'HEAD~1');
    await world().commit('develop', KEPT_SPEC, '// mended');
    const mended = await green(push());
    expect(outcomes(mended)).toEqual(each(services, ALREADY));
    // The second of the two workflows finds in Nx's cache what the first did, on another machine.
    for (const name of services.slice(1))
      expect(job(mended, `${WORKFLOWS[name]} › verify`)?.steps.at(-2)?.output).toMatch(/local cache/);
  });
}
