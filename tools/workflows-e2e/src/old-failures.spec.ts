import {
  isTag,
  movingTagsOf,
  parseVersionTag,
  Secret,
  tagsFor,
  versionTags,
  versionTagsIn,
} from '@ehr/delivery-core';
import { composeCommand, createWebhookTrigger } from '@ehr/delivery-dokploy';
import { targetsOf } from '@ehr/nx-delivery/plugin';
import { startFakeDokploy } from '@ehr/testing-fakes';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { contextsOf, type GithubEvent } from './box/event.ts';
import { resolve } from './box/expressions.ts';
import { problemsOf, toWorkflow } from './box/read-workflow.ts';
import { isTriggered } from './box/workflow-parts.ts';
import { type ParsedFile, parseFile } from './lint/parse-file.ts';
import { documentation, pipelineFiles, readSource, type SourceFile } from './lint/source-files.ts';

const SERVICES = ['ehr-api', 'ehr-web'];
const NOTHING = { vars: {}, secrets: {}, environments: {} };
const revision = 'abc1234'.padEnd(40, '0');

let files: readonly ParsedFile[];
let workflows: readonly ParsedFile[];
let docs: readonly SourceFile[];
let deployScript: string;
beforeAll(async () => {
  files = (await pipelineFiles()).map(parseFile);
  workflows = files.filter(({ kind }) => kind === 'workflow');
  docs = await documentation();
  deployScript = (await readSource('deploy.sh')).content;
});

type Configurations = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
const configurationsOf = (target: { configurations?: object } | undefined) =>
  (target?.configurations ?? {}) as Configurations;
const json = async <T>(path: string) => JSON.parse((await readSource(path)).content) as T;
const tagsOf = (release: string | null) => {
  const tags = tagsFor('prod', { revision, branch: null, dirty: false }, release);
  return tags.map(({ tag }) => tag);
};
/** `NAME=value` of every ARG or ENV of a service's Dockerfile; an ARG may have no value. */
const variables = async (instruction: 'ARG' | 'ENV', service: string) => {
  const { content } = await readSource(`apps/${service}/Dockerfile`);
  const lines = content.replace(/\\\n/g, ' ').matchAll(/^(ENV|ARG) +(.*)$/gm);
  return [...lines].flatMap(([, name, rest = '']) => (name === instruction ? rest.trim().split(/\s+/) : []));
};

/** Each is a way in which the pipeline that this project replaced failed. */
describe('what the old pipeline did wrong cannot happen here', () => {
  it('S1: a Git tag gives its image every tag it promises, and only tags a registry takes', () => {
    expect(tagsOf('v1.0.0')).toEqual(expect.arrayContaining(['v1.0.0', '1.0.0', '1.0', '1', 'latest']));
    // Without a branch the old rules made `-abc1234`.
    expect([...tagsOf('v1.0.0'), ...tagsOf(null)].filter((tag) => !isTag(tag))).toEqual([]);
  });

  it('S2: the versions that the documents go back to are tags that a release publishes', () => {
    const named = /(?:IMAGE_TAG=|\/ehr-(?:api|web):|--to=|rollback-to=)(v?\d[\w.-]*\w)/g;
    const tags = docs.flatMap(({ content }) => [...content.matchAll(named)].map(([, tag = '']) => tag));
    expect(tags).not.toEqual([]);
    expect(tags.filter((tag) => !tagsOf(`v${tag.replace(/^v/, '')}`).includes(tag))).toEqual([]);
  });

  it('S3: `latest` names the highest stable version, however late a lower one arrives', () => {
    const published: string[] = [];
    const latest = ['v1.1.0', 'v1.0.9', 'v1.2.0-rc.1'].map((release) => {
      published.push(...versionTags(parseVersionTag(release)!).exact);
      return versionTagsIn(published).find((version) => movingTagsOf(version).includes('latest'));
    });
    expect(latest).toEqual(['v1.1.0', 'v1.1.0', 'v1.1.0']);
  });

  it('S4: a branch deploys each service to its own environment, and nothing else', () => {
    // Such a run sees the default branch, whatever branch was built.
    expect(files.flatMap(({ on }) => on)).not.toContain('workflow_run');
    for (const [branch, environment] of [
      ['develop', 'dev'],
      ['staging', 'staging'],
      ['main', 'prod'],
    ]) {
      const event: GithubEvent = { name: 'push', ref: `refs/heads/${branch}`, sha: revision };
      const contexts = contextsOf(event, { inputs: {}, secrets: {} }, NOTHING, '');
      const started = workflows
        .map(({ path, content }) => toWorkflow(path, content))
        .filter((workflow) => isTriggered(workflow, event))
        .flatMap(({ jobs }) => Object.values(jobs).map((job) => resolve(job.with, contexts)));
      // Each is verified, and then delivered.
      const twice = SERVICES.flatMap((service) => [service, service]);
      expect(started).toEqual(twice.map((service) => ({ service, environment })));
    }
  });

  it('S5: GitHub accepts every workflow: no condition of a job reads a secret', async () => {
    for (const { path, content } of workflows) expect(await problemsOf(path, content), path).toEqual([]);
  });

  it('S6: a deploy that Dokploy refuses fails the run', async () => {
    // One program's exit status decides: no `sleep`, no `curl`, nothing that forgives.
    const commands = files.flatMap(({ steps }) => steps.flatMap(({ step }) => step.run ?? []));
    expect(
      commands.filter(
        (run) => !/^(?:env(?: -u \w+)+ )?(?:npm|npx|sudo apt-get install) [^\n;|&]+$/.test(run),
      ),
    ).toEqual([]);
    expect(files.filter(({ content }) => content.includes('continue-on-error'))).toEqual([]);
    const dokploy = await startFakeDokploy();
    try {
      // An application without an image is refused by a 301 without a Location, which even `curl -f` takes.
      const application = dokploy.addService({ name: 'ehr-api', kind: 'application', sourceType: 'docker' });
      const url = new Secret(dokploy.webhookUrl(application));
      const image = {
        registry: 'docker.io',
        repository: 'acme/ehr-api',
        digest: `sha256:${'1'.repeat(64)}`,
      } as const;
      const pin = { image, revision, version: '1.0.0' };
      const deployed = createWebhookTrigger({ url, service: 'ehr-api' })(pin);
      await expect(deployed).rejects.toMatchObject({ code: 'WEBHOOK_REFUSED' });
      expect(dokploy.seen.map(({ status }) => status)).toEqual([301]);
    } finally {
      await dokploy.stop();
    }
  });

  it('S7: nothing of an environment goes into an image, so one image serves them all', async () => {
    for (const service of SERVICES) {
      const { deploy, container } = targetsOf(service);
      for (const [name, { environment, ...more }] of Object.entries(configurationsOf(deploy)))
        expect([environment, more]).toEqual([name, {}]);
      for (const [name, { tag, ...more }] of Object.entries(configurationsOf(container)))
        expect([tag, more]).toEqual([name, {}]);
      const { targets } = await json<{ targets: Record<string, object> }>(`apps/${service}/project.json`);
      expect(targets['build']).not.toHaveProperty('configurations');
      const given = (await variables('ARG', service)).map((argument) => argument.split('=')[0]);
      expect(given).toEqual(['BASE_IMAGE', 'EHR_FINGERPRINT']);
      const set = await variables('ENV', service);
      expect(set.filter((variable) => variable.startsWith('NEXT_PUBLIC_'))).toEqual([]);
    }
  });

  it('S8: a server pulls before it starts, and builds nothing', async () => {
    const ups = deployScript.match(/^[^#\n]*\bcompose up\b.*$/gm) ?? [];
    expect(ups).not.toEqual([]);
    expect(ups.filter((line) => !line.includes('--no-build') || / --build\b/.test(line))).toEqual([]);
    const up = /^up\(\) \{\n([\s\S]*?)\n\}$/m.exec(deployScript)?.[1];
    // First, for the digest that it pins is the one the registry has now.
    expect(up).toMatch(/^ *pull "\$service"\n[\s\S]*\n *start "\$service"$/);
    expect(composeCommand('app')).toMatch(/ up (?!.*--build\b).*--pull missing\b/);
    const { services } = parse((await readSource('docker-compose.yml')).content) as { services: object };
    for (const service of Object.values(services)) expect(service).not.toHaveProperty('build');
  });

  it('S9: no image is given a credential or the whole directory, and a pull request publishes nothing', async () => {
    const credential = /^\w*(?:SECRET|PASSWORD|TOKEN|_KEY)\w*(?:=|$)|:\/\/\w+:[^@]+@/;
    for (const service of SERVICES) {
      const all = [...(await variables('ARG', service)), ...(await variables('ENV', service))];
      expect(all.filter((variable) => credential.test(variable))).toEqual([]);
      const { content } = await readSource(`apps/${service}/Dockerfile.dockerignore`);
      expect(content.split('\n')).toEqual(expect.arrayContaining(['.git', '.env', '.env.*']));
    }
    const asked = workflows.filter(({ on }) => on.includes('pull_request'));
    expect(asked).not.toEqual([]);
    const publishes =
      /\bsecrets\b|github\.token|"write|login-action|deliver --|deliver\.yml|deploy|promote|push/;
    for (const { workflow } of asked) expect(JSON.stringify(workflow)).not.toMatch(publishes);
  });

  it('S10: one job makes the GitHub Release, once both services are out', () => {
    const makes = /:github-release |gh release create|(?:action-gh|create)-release@/;
    const makers = workflows.flatMap(({ path, jobs }) =>
      jobs
        .filter(({ job }) => makes.test(JSON.stringify(job.steps ?? [])))
        .map(({ name, job: { needs, strategy } }) => ({ path, name, needs, strategy })),
    );
    expect(makers).toEqual([
      {
        path: '.github/workflows/release.yml',
        name: 'github-release',
        needs: 'deliver',
        strategy: undefined,
      },
    ]);
  });

  it('S11: no text or script pulls with an option that `pull` does not have', () => {
    const known = /^--(?:all-tags|disable-content-trust|platform|quiet)\b/;
    const texts = [deployScript, ...[...docs, ...files].map(({ content }) => content)];
    const pulls = texts.flatMap((text) => text.match(/\b(?:docker|compose) pull\b[^\n`|;&]*/g) ?? []);
    expect(pulls).not.toEqual([]);
    const options = pulls.flatMap((pull) => pull.match(/(?<=\s)--[\w-]+/g) ?? []);
    expect(options.filter((option) => !known.test(option))).toEqual([]);
  });
});
