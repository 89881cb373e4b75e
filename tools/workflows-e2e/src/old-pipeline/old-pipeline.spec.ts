import { movingTagWinners, parseVersionTag, Secret, tagsFor, versionTags } from '@ehr/delivery-core';
import { startFakeDokploy } from '@ehr/testing-fakes';
import { composeCommand, createWebhookTrigger } from '@ehr/delivery-dokploy';
import { requireOrSkip } from '@ehr/testing-sandbox';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { asText, resolve } from '../box/expressions.ts';
import type { GithubEvent } from '../box/repository.ts';
import { readKnown } from '../docs/read-known.ts';
import { wrongCommands } from '../docs/wrong-commands.ts';
import type { SourceFile } from '../lint/finding.ts';
import { lint } from '../lint/lint.ts';
import { readSource, workspace } from '../lint/shipped-files.ts';
import { withFollowingEvents } from './following-events.ts';
import { deployScriptFindings } from './deploy-script-findings.ts';
import { metadataTags } from './metadata-tags.ts';
import { alwaysBuilds, makesRelease, publishes } from './publishing.ts';
import { imageFindings, readPipeline, withoutConditions } from './read-pipeline.ts';
import type { Pipeline } from './read-pipeline.ts';
import { runAtOnce } from './run-at-once.ts';
import { startedSteps } from './started-steps.ts';
import { regressions, tagFindings, versionsAdvised } from './tag-findings.ts';

const oldRoot = join(import.meta.dirname, '../../fixtures/old-pipeline');
const PROMISED = ['v1.0.0', '1.0.0', '1.0', '1', 'latest'];

let old: Pipeline;
let shipped: Pipeline;
beforeAll(async () => {
  old = await readPipeline(oldRoot);
  shipped = await readPipeline(workspace);
});

const push = (ref: string): GithubEvent => ({
  name: 'push',
  ref: `refs/${ref}`,
  sha: 'abc1234'.padEnd(40, '0'),
});
const pullRequest: GithubEvent = { ...push('pull/7/merge'), name: 'pull_request' };
/** What the old pipeline called an image. */
const oldTags = (event: GithubEvent) =>
  startedSteps(old.workflows, event)
    .filter(({ step }) => step.uses?.startsWith('docker/metadata-action@') === true)
    .flatMap(({ step, contexts }) => metadataTags(asText(resolve(step.with?.['tags'], contexts)), event))
    .filter((tag, index, all) => all.indexOf(tag) === index);
/** What this one does. */
const ourTags = (release: string) => {
  const source = { revision: push('').sha, branch: null, dirty: false };
  const { revision, version, versionMoving, environment } = tagsFor('prod', source, release);
  return [revision, ...version, ...versionMoving, ...environment];
};
const ruleOf = (rule: string) => async (files: readonly SourceFile[]) =>
  (await lint(files)).filter((finding) => finding.rule === rule).map(({ says }) => says);
const deploys = ({ workflows }: Pipeline, event: GithubEvent) =>
  withFollowingEvents(workflows, event)
    .flatMap((one) => startedSteps(workflows, one))
    .filter(({ step }) => /WEBHOOK|:deploy:/.test(step.run ?? ''))
    .map(
      ({ environment, contexts }) =>
        `${asText((contexts['inputs'] as { service?: string }).service) || 'both'} → ${environment}`,
    );

describe('finds every fault of the pipeline this project replaces', () => {
  it('S1: a release’s tags are refused or missing', () => {
    expect(tagFindings(oldTags(push('tags/v1.0.0')), PROMISED)).toEqual([
      'invalid-reference -abc1234',
      'missing-tag v1.0.0',
      'missing-tag 1',
    ]);
    expect(tagFindings(oldTags(pullRequest), [])).toEqual(['invalid-reference -abc1234']);
    expect(tagFindings(ourTags('v1.0.0'), PROMISED)).toEqual([]);
  });

  it('S2: the documented rollback names a tag that is never published', () => {
    const missing = (docs: readonly SourceFile[], published: (version: string) => readonly string[]) =>
      docs.flatMap(({ content }) =>
        versionsAdvised(content).flatMap((tag) => tagFindings(published(`v${tag.replace(/^v/, '')}`), [tag])),
      );
    expect(
      missing(old.docs, (version) => oldTags(push(`tags/${version}`)).filter((tag) => !tag.startsWith('-'))),
    ).toEqual(['missing-tag v1.0.0']);
    expect(shipped.docs.flatMap(({ content }) => versionsAdvised(content))).not.toEqual([]);
    expect(missing(shipped.docs, ourTags)).toEqual([]);
  });

  it('S3: `latest` goes back to an older version, or to a prerelease', () => {
    const releases = ['v1.1.0', 'v1.0.9', 'v1.2.0-rc.1'];
    expect(
      regressions(releases, (holding, version) => {
        for (const tag of oldTags(push(`tags/${version}`)))
          if (!tag.startsWith('-')) holding.set(tag, version);
      }),
    ).toEqual(['regressing-tag latest: v1.1.0 → v1.0.9', 'regressing-tag latest: v1.0.9 → v1.2.0-rc.1']);
    expect(
      regressions(releases, (holding, version) => {
        for (const tag of versionTags(parseVersionTag(version)!).exact) holding.set(tag, version);
        for (const [tag, winner] of movingTagWinners([...holding.keys()])) holding.set(tag, winner);
      }),
    ).toEqual([]);
  });

  it('S4: develop deploys production, twice', async () => {
    expect(await ruleOf('dangerous-trigger')(old.files)).toEqual([expect.stringContaining('workflow_run')]);
    // GitHub did not even start it (S5); without that condition it would have done this.
    const startable = { ...old, workflows: old.workflows.map(withoutConditions) };
    expect(deploys(startable, push('heads/develop'))).toEqual(['both → prod', 'both → prod']);
    expect(await ruleOf('dangerous-trigger')(shipped.files)).toEqual([]);
    expect(deploys(shipped, push('heads/develop'))).toEqual(['ehr-api → dev', 'ehr-web → dev']);
    expect(deploys(shipped, push('heads/staging'))).toEqual(['ehr-api → staging', 'ehr-web → staging']);
    expect(deploys(shipped, push('heads/main'))).toEqual(['ehr-api → prod', 'ehr-web → prod']);
  });

  it('S5: a workflow that GitHub does not accept', async () => {
    expect(await ruleOf('github-parser')(old.files)).toEqual([
      expect.stringMatching(/deploy-dokploy\.yml .*Unrecognized named-value: 'secrets'/),
    ]);
    expect(await ruleOf('github-parser')(shipped.files)).toEqual([]);
  });

  it.skipIf(!requireOrSkip('curl'))('S6: a refused deploy is green', async () => {
    const dokploy = await startFakeDokploy();
    try {
      // Dokploy refuses an application that has no image: 301 without a Location.
      const application = dokploy.addService({ name: 'ehr-api', kind: 'application', sourceType: 'docker' });
      const url = dokploy.webhookUrl(application);
      const event: GithubEvent = {
        ...push('heads/main'),
        name: 'workflow_run',
        payload: { workflow_run: { conclusion: 'success' } },
      };
      const [step] = startedSteps(old.workflows.map(withoutConditions), event);
      expect(await runAtOnce(step!, { WEBHOOK: url })).toMatchObject({
        succeeded: true,
        output: expect.stringContaining('Deployment successful') as string,
      });
      // Nor would `curl -f` have helped.
      const failing = { ...step!, step: { run: step!.step.run!.replace('curl', 'curl -f') } };
      expect(await runAtOnce(failing, { WEBHOOK: url })).toMatchObject({ succeeded: true });
      expect(dokploy.seen.map(({ status }) => status)).toEqual([301, 301]);
      expect(dokploy.rows(application.id)).toEqual([]);

      const trigger = createWebhookTrigger({ url: new Secret(url), service: 'ehr-api' });
      const pin = {
        image: `docker.io/acme/ehr-api:prod@sha256:${'1'.repeat(64)}`,
        revision: event.sha,
        version: '1.0.0',
      };
      await expect(trigger(pin)).rejects.toMatchObject({ code: 'WEBHOOK_REFUSED' });
    } finally {
      await dokploy.stop();
    }
  });

  it('S7: every environment has an image of its own, with its configuration inside', async () => {
    const builds = ({ workflows }: Pipeline) =>
      ['develop', 'staging', 'main'].map(
        (branch) => startedSteps(workflows, push(`heads/${branch}`)).filter(alwaysBuilds).length,
      );
    expect(builds(old)).toEqual([2, 2, 2]);
    expect(await imageFindings(oldRoot, 'ehr-web')).toContain('baked-configuration NEXT_PUBLIC_API_URL');
    // The delivery tool builds what the registry lacks; pipeline.e2e.spec.ts sees one digest go through all three.
    expect(builds(shipped)).toEqual([0, 0, 0]);
    for (const service of ['apps/ehr-api', 'apps/ehr-web'])
      expect(await imageFindings(workspace, service)).not.toContainEqual(expect.stringContaining('baked'));
  });

  it('S8: the server builds, and runs what it happens to have', async () => {
    const findings = async (root: string) =>
      deployScriptFindings((await readSource('deploy.sh', root)).content);
    expect(await findings(oldRoot)).toEqual(['builds-on-the-server', 'starts-what-is-there']);
    expect(await findings(workspace)).toEqual([]);
    // Dokploy's own command is the first, ours the second.
    expect(deployScriptFindings('docker compose -p app -f docker-compose.yml up -d --build')).toHaveLength(2);
    expect(deployScriptFindings(`docker ${composeCommand('app')}`)).toEqual([]);
  });

  // libs/image-gate/src/old-pipeline.e2e.spec.ts finds the same in images that were really built.
  it('S9: credentials in images, and pull requests that publish', async () => {
    expect(await imageFindings(oldRoot, 'ehr-api')).toEqual([
      'whole-directory-copied',
      'credential-in-image DATABASE_URL',
      'credential-in-image JWT_SECRET',
    ]);
    const published = ({ workflows }: Pipeline) => startedSteps(workflows, pullRequest).flatMap(publishes);
    expect(new Set(published(old))).toEqual(new Set(['pushes-image', 'writes-shared-cache']));
    for (const service of ['apps/ehr-api', 'apps/ehr-web'])
      expect(await imageFindings(workspace, service)).toEqual([]);
    expect(startedSteps(shipped.workflows, pullRequest)).not.toEqual([]);
    expect(published(shipped)).toEqual([]);
  });

  it('S10: two workflows make the same GitHub Release', () => {
    const makers = ({ workflows }: Pipeline) =>
      startedSteps(workflows, push('tags/v1.0.0'))
        .filter(makesRelease)
        .map(({ place }) => place);
    expect(makers(old)).toEqual([
      'build-and-push-api.yml › build-and-push',
      'build-and-push-web.yml › build-and-push',
    ]);
    expect(makers(shipped)).toEqual(['release.yml › github-release']);
  });

  it('S11: a command of the guide does not exist', async () => {
    const known = await readKnown();
    expect(wrongCommands(old.docs, known).map(({ says }) => says)).toEqual([
      'docker pull yourname/ehr-api:dev --no-cache: docker pull has no --no-cache',
    ]);
    expect(wrongCommands(shipped.docs, known)).toEqual([]);
  });

  it('and those nobody had counted: unpinned actions, secrets for all, permissions, scripts an event writes into', async () => {
    const rules = new Set((await lint(old.files)).map(({ rule }) => rule));
    for (const rule of [
      'pinned-action',
      'secret-for-all',
      'least-permissions',
      'checkout-credentials',
      'expression-in-run',
      'long-run',
      'cancelled-deploy',
    ])
      expect(rules).toContain(rule);
  });
});
