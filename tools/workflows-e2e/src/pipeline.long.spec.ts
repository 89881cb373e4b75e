import { requireOrSkip } from '@ehr/testing-sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeCanaries } from './describe-canaries.ts';
import { describeChecks } from './describe-checks.ts';
import { describeFailingPush, describeFirstPush, KEPT_SPEC } from './describe-push.ts';
import { describeTroubles } from './describe-troubles.ts';
import { ALREADY, builds, green, job, outcomes, RUNNING, seen, SUPERSEDED } from './watch-runs.ts';
import { type PipelineWorld, startPipelineWorld } from './world.ts';

/**
 * The shipped workflows, with GitHub's parser and evaluator, on a real engine, a real registry and a Dokploy that
 * answers as recorded. The tests are one history and build on each other.
 */
describe.skipIf(!requireOrSkip('engine') || !requireOrSkip('registry') || !requireOrSkip('cosign'))(
  'the pipeline in a box',
  { timeout: 1_200_000 },
  () => {
    let world: PipelineWorld;

    beforeAll(async () => {
      world = await startPipelineWorld();
      await world.git('switch', '--quiet', '--create', 'develop');
    });
    afterAll(async () => {
      const { coverage } = world.box;
      const missed = coverage.missed.map((place) => `  not seen: ${place}\n`).join('');
      process.stdout.write(`\nCoverage of the workflows: ${coverage.seen} of ${coverage.total}\n${missed}`);
      await world.stop();
    });

    describeFirstPush(() => world, ['ehr-api', 'ehr-web']);

    it('a push of documents alone builds nothing and rolls nothing out', async () => {
      await world.commit('develop', 'docs/ERRORS.md', '<!-- one more line -->');
      const built = builds.length;
      const run = await green(world.push('develop'));
      expect(outcomes(run)).toEqual({ 'ehr-api': ALREADY, 'ehr-web': ALREADY });
      expect(builds).toHaveLength(built);
      expect(run.output).not.toContain('ehr-api:typecheck');
    });

    it('a change of one service rolls out that one', async () => {
      await world.commit('develop', 'apps/ehr-api/src/main.ts', '// two');
      const run = await green(world.push('develop'));
      expect(outcomes(run)).toEqual({ 'ehr-api': RUNNING, 'ehr-web': ALREADY });
      // Verified is what changed since what dev runs.
      expect(run.output).toContain('ehr-api:typecheck');
      expect(run.output).not.toContain('ehr-health:test');
    });

    describeFailingPush(() => world, ['ehr-api', 'ehr-web']);

    it('a failing test stops a delivery by hand, too', async () => {
      const before = await world.tags('ehr-api');
      await world.commit('develop', KEPT_SPEC, "throw new Error('made to fail');");
      const inputs = { service: 'api', environment: 'dev' };
      const event = { name: 'workflow_dispatch' as const, ref: 'refs/heads/develop', inputs };
      const run = await seen(world.happen(event));
      expect(run.jobs.map(({ result }) => result)).toEqual(['failure', 'skipped']);
      expect(await world.tags('ehr-api')).toEqual(before);
      await world.git('reset', '--quiet', '--hard', 'HEAD~1');
    });

    it('develop → staging → main → v1.0.0: one digest in three environments, one build, one GitHub Release', async () => {
      const built = builds.length;
      await world.git('switch', '--quiet', '--create', 'staging');
      expect(outcomes(await green(world.push('staging')))).toEqual({
        'ehr-api': RUNNING,
        'ehr-web': RUNNING,
      });
      await world.git('switch', '--quiet', '--force-create', 'main');
      expect(outcomes(await green(world.push('main')))).toEqual({ 'ehr-api': RUNNING, 'ehr-web': RUNNING });
      const run = await green(world.tag('v1.0.0'));
      expect(outcomes(run)).toEqual({ 'ehr-api': ALREADY, 'ehr-web': ALREADY });
      expect(builds).toHaveLength(built);
      for (const service of ['ehr-api', 'ehr-web'] as const) {
        const tags = await world.tags(service);
        const names = ['dev', 'staging', 'prod', 'latest', 'v1.0.0', '1.0.0', '1.0', '1'];
        expect(new Set(names.map((name) => tags[name])).size).toBe(1);
        const running = await Promise.all(
          ['dev', 'staging', 'prod'].map((name) => world.runs(name, service)),
        );
        expect(new Set(running).size).toBe(1);
        expect(running[0]).toMatch(/^[0-9a-f]{64}$/);
      }
      expect(world.github.releases).toMatchObject([
        { tag_name: 'v1.0.0', prerelease: false, make_latest: 'true' },
      ]);
      expect(world.github.releases[0]?.body).toContain((await world.tags('ehr-web'))['v1.0.0']);
      expect(world.github.releases[0]?.assets.map(({ name }) => name)).toEqual([
        'ehr-api-v1.0.0.cdx.json',
        'ehr-web-v1.0.0.cdx.json',
      ]);
    });

    it('the same release run again completes it: still one', async () => {
      await green(world.happen({ name: 'push', ref: 'refs/tags/v1.0.0' }));
      expect(world.github.releases).toHaveLength(1);
    });

    it('a prerelease is published, marked as one, and moves nothing', async () => {
      await world.commit('develop', 'apps/ehr-api/src/main.ts', '// three');
      const before = await world.tags('ehr-api');
      const running = await world.runs('prod', 'ehr-api');
      const run = await green(world.tag('v1.1.0-rc.1'));
      const after = await world.tags('ehr-api');
      expect(after['v1.1.0-rc.1']).toBe(after['1.1.0-rc.1']);
      for (const tag of ['prod', 'latest', '1', '1.0']) expect(after[tag]).toBe(before[tag]);
      expect(await world.runs('prod', 'ehr-api')).toBe(running);
      expect(job(run, 'release.yml › github-release')?.result).toBe('success');
      expect(world.github.releases.at(-1)).toMatchObject({ tag_name: 'v1.1.0-rc.1', prerelease: true });
    });

    it('a late v1.0.1 after v1.1.0 is published and not rolled out, and its GitHub release says so', async () => {
      // GitHub fails at the end of the release: the images are out; the run, started again, does the rest.
      const at = (place: string) => place === 'release.yml › github-release › step 4';
      await world.git('tag', 'v1.1.0');
      const event = { name: 'push' as const, ref: 'refs/tags/v1.1.0' };
      expect((await seen(world.happen(event, { trouble: { kind: 'fail', at } }))).ok).toBe(false);
      expect(world.github.releases.map(({ tag_name }) => tag_name)).not.toContain('v1.1.0');
      await green(world.happen(event));
      const newer = (await world.tags('ehr-api'))['v1.1.0'];
      await world.git('switch', '--quiet', '--create', 'hotfix', 'v1.0.0');
      await world.commit('hotfix', 'apps/ehr-api/src/main.ts', '// late');
      const late = await green(world.tag('v1.0.1'));
      expect(outcomes(late)).toEqual({ 'ehr-api': SUPERSEDED, 'ehr-web': SUPERSEDED });
      const tags = await world.tags('ehr-api');
      expect([tags['latest'], tags['1'], tags['1.1']]).toEqual([newer, newer, newer]);
      expect([tags['prod'], tags['1.0.1']]).toEqual([newer, tags['v1.0.1']]);
      // Nobody saw it start: in Dokploy there is no place for a smoke test.
      expect(tags['1.0']).toBe(tags['v1.0.0']);
      expect(world.github.releases.at(-1)?.body).toContain('**Not deployed**: ehr-api');
      expect(world.github.releases.map(({ tag_name, make_latest }) => `${tag_name} ${make_latest}`)).toEqual([
        'v1.0.0 true',
        'v1.1.0-rc.1 false',
        'v1.1.0 true',
        'v1.0.1 false',
      ]);
    });

    it('by hand: one service, both, without a rollout, and back to a version', async () => {
      const dispatch = (inputs: Record<string, unknown>) =>
        green(world.happen({ name: 'workflow_dispatch', ref: 'refs/heads/develop', inputs }));
      expect(outcomes(await dispatch({ service: 'api', environment: 'staging' }))).toEqual({
        'ehr-api': RUNNING,
      });
      await world.commit('develop', 'apps/ehr-api/src/main.ts', '// published alone');
      const before = await world.runs('dev', 'ehr-api');
      await dispatch({ service: 'api', environment: 'dev', deploy: false });
      expect(await world.runs('dev', 'ehr-api')).toBe(before);
      const sha = (await world.git('rev-parse', 'develop')).slice(0, 7);
      expect((await world.tags('ehr-api'))[`develop-${sha}`]).toMatch(/^sha256:/);
      const back = await dispatch({ service: 'both', environment: 'prod', 'rollback-to': 'v1.0.0' });
      expect(job(back, 'manual-build.yml › verify')?.result).toBe('skipped');
      expect(job(back, 'manual-build.yml › deliver')?.steps.map(({ outcome }) => outcome)).toContain(
        'skipped',
      );
      const tags = await world.tags('ehr-api');
      expect(tags['prod']).toBe(tags['v1.0.0']);
      expect(await world.runs('prod', 'ehr-web')).toBe(await world.runs('dev', 'ehr-web'));
      await expect(dispatch({ service: 'web', environment: 'dev' })).resolves.toBeDefined();
    });

    it('a rollback freezes: the next push to main does not undo it', async () => {
      const run = await seen(world.push('main'));
      expect(run.ok).toBe(false);
      expect(run.output).toContain('ENVIRONMENT_FROZEN');
      expect(job(run, 'build-and-push-api.yml › deliver')?.summary).toContain('⛔ refused');
    });

    it('called by another workflow, it delivers to the environment named', async () => {
      const event = {
        name: 'workflow_call' as const,
        ref: 'refs/heads/staging',
        inputs: { environment: 'staging' },
      };
      const run = await green(world.happen(event, { only: 'build-and-push-web.yml' }));
      expect(job(run, 'build-and-push-web.yml › deliver')?.environment).toBe('staging');
    });

    describe('ci.yml', () => describeChecks(() => world));

    describe('when something goes wrong', () => describeTroubles(() => world));

    describeCanaries(() => world);

    it('has seen every step of the workflows, and both sides of every condition', () => {
      expect(world.box.coverage.missed).toEqual([]);
    });
  },
);
