import { describe, expect, it } from 'vitest';
import { lint } from './lint.ts';
import { pipelineFiles } from './source-files.ts';

const CHECKOUT = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';
const good = `
on:
  push:
    branches: [main]
permissions: {}
jobs:
  one:
    runs-on: ubuntu-24.04
    permissions:
      contents: read
    steps:
      - uses: ${CHECKOUT}
        with:
          persist-credentials: false
      - run: npm run lint -- "$NAME"
        env:
          NAME: one
`;
const findingsIn = async (content: string) => {
  const findings = await lint([{ path: '.github/workflows/one.yml', content }]);
  return findings.map(({ rule, says }) => `${rule}: ${says}`);
};

describe('lint', () => {
  it('finds nothing in the shipped workflows and actions', async () => {
    const files = await pipelineFiles();
    expect(files.map(({ path }) => path)).toContain('.github/actions/setup/action.yml');
    expect(files.length).toBeGreaterThan(5);
    expect(await lint(files)).toEqual([]);
  });

  it('finds nothing in a small workflow that is right', async () => {
    expect(await findingsIn(good)).toEqual([]);
  });

  it.each([
    [
      'an input that a pinned action does not have',
      /persist-credentials: false/,
      'persist-credential: false',
      "language-service: Invalid action input 'persist-credential'",
    ],
    [
      'a pin whose inputs nobody wrote down',
      /3d3c42e5/,
      '4d3c42e5',
      /^language-service: Unable to resolve action/,
    ],
    [
      'a secret in the condition of a job',
      /runs-on/,
      'if: secrets.TOKEN\n    runs-on',
      /^github-parser: .*secrets/,
    ],
    [
      'a context that is not there',
      /NAME: one/,
      'NAME: ${{ matrix.nothing.at.all }}',
      /^actionlint expression/,
    ],
    ['a tag instead of a commit', /checkout@.*/, 'checkout@v7', /^pinned-action: .*not pinned/],
    ['a commit without its version', / # v7.0.1/, '', /^pinned-action: .*lacks its version/],
    ['workflow_run', /push:\n.*\]/, 'workflow_run: { workflows: [CI] }', /^dangerous-trigger: workflow_run/],
    ['pull_request_target', /push:\n.*\]/, 'pull_request_target:', /^dangerous-trigger: pull_request_target/],
    [
      'permissions for the whole workflow',
      /permissions: \{\}/,
      'permissions: write-all',
      /^least-permissions: .*begin/,
    ],
    ['a job without permissions', /    permissions:\n.*read\n/, '', /^least-permissions: .*one by one/],
    [
      'a job that may write without need',
      /contents: read/,
      'contents: write',
      /^least-permissions: .*contents/,
    ],
    ['an expression in a script', /"\$NAME"/, '"${{ github.ref_name }}"', /^expression-in-run/],
    [
      'a script of several lines',
      /run: .*/,
      'run: |\n          npm ci\n          npm test -- "$NAME"',
      /^long-run/,
    ],
    ['a checkout that keeps the token', /        with:\n.*false\n/, '', /^checkout-credentials/],
    [
      'a secret in the variables of a job',
      /    runs-on/,
      '    env: { A: "${{ secrets.A }}" }\n    runs-on',
      /^secret-for-all: every step of one/,
    ],
    [
      'a secret in the variables of a workflow',
      /^jobs:/m,
      'env: { A: "${{ secrets.A }}" }\njobs:',
      /^secret-for-all/,
    ],
    ['a secret in a step that has no use for it', /NAME: one/, 'NAME: ${{ secrets.A }}', /^secret-in-step/],
    ['the token of the run in such a step', /NAME: one/, 'NAME: ${{ github.token }}', /^secret-in-step/],
    ['a variable that nothing sets', /NAME: one/, 'OTHER: one', 'unknown-variable: nothing sets NAME'],
  ])('finds %s', async (_, part, replacement, finding) => {
    const bad = good.replace(part, () => replacement);
    expect(bad).not.toBe(good);
    const found = await findingsIn(bad);
    expect(found).toContainEqual(typeof finding === 'string' ? finding : expect.stringMatching(finding));
  });

  it.each<[string, string, string, string, RegExp]>([
    [
      'an input a called workflow lacks',
      'manual-build.yml',
      'deploy: ${{',
      'depploy: ${{',
      /depploy is not defined/,
    ],
    [
      'a secret it does not declare',
      'manual-build.yml',
      'PASSWORD: ${{',
      'PASSWORT: ${{',
      /PASSWORT is not defined/,
    ],
    [
      'a secret it reads all the same',
      'deliver.yml',
      'secrets.COSIGN_PASSWORD',
      'secrets.PASSWORT',
      /passwort/,
    ],
    ['a workflow that is not there', 'release.yml', 'deliver.yml', 'delivery.yml', /Unable to find reusable/],
    [
      'an input our own action lacks',
      'ci.yml',
      "nx-cache: 'true'",
      "nxcache: 'true'",
      /has no input nxcache/,
    ],
    [
      'an input our own action does not declare',
      'action.yml',
      'inputs.nx-cache',
      'inputs.nxcache',
      /read and not/,
    ],
  ])('finds %s', async (_, name, part, replacement, says) => {
    const files = await pipelineFiles();
    const changed = files.map((file) =>
      file.path.endsWith(name) ? { ...file, content: file.content.replace(part, () => replacement) } : file,
    );
    expect((await lint(changed)).map((finding) => finding.says)).toContainEqual(expect.stringMatching(says));
  });

  it('finds a call that hands on every secret', async () => {
    const call = 'uses: ./.github/workflows/other.yml\n    secrets: inherit\n';
    expect(await findingsIn(good.replace(/runs-on[\s\S]*/, () => call))).toContainEqual(
      expect.stringMatching(/^inherited-secrets/),
    );
  });

  it.each<[string, string, RegExp | string, string, RegExp]>([
    ['a delivery without verification', 'release.yml', '    needs: verify\n', '', /^deliver delivers what/],
    [
      'a delivery in spite of a failed verification',
      'manual-build.yml',
      "needs.verify.result == 'success'",
      'true',
      /^deliver delivers what/,
    ],
    [
      'a cache of other runs in a job that publishes',
      'deliver.yml',
      'uses: ./.github/actions/setup\n',
      "uses: ./.github/actions/setup\n        with:\n          nx-cache: 'true'\n",
      /^deliver has secrets and restores/,
    ],
  ])('finds %s', async (_, name, part, replacement, says) => {
    const files = await pipelineFiles();
    const changed = files.map((file) =>
      file.path.endsWith(name) ? { ...file, content: file.content.replace(part, () => replacement) } : file,
    );
    expect((await lint(changed)).map((finding) => finding.says)).toContainEqual(expect.stringMatching(says));
  });

  const deploying = good
    .replace('npm run lint -- "$NAME"', 'npm run --silent deliver -- run "$NAME"')
    .replace('NAME: one', () => 'NAME: one\n          KEY: ${{ secrets.DOKPLOY_API_KEY }}');
  const withConcurrency = (cancel: string) =>
    deploying.replace(
      '    steps:',
      `    concurrency: { group: deploy, cancel-in-progress: ${cancel} }\n    steps:`,
    );

  it('wants one deploy at a time, never cancelled', async () => {
    expect(await findingsIn(withConcurrency('false'))).toEqual([]);
    expect(await findingsIn(deploying)).toEqual(['cancelled-deploy: two runs of one may deploy at once']);
    expect(await findingsIn(withConcurrency('true'))).toEqual([
      'cancelled-deploy: a newer run cancels one, which deploys',
    ]);
    const whole = withConcurrency('false').replace(
      'jobs:',
      'concurrency: { group: all, cancel-in-progress: true }\njobs:',
    );
    expect(await findingsIn(whole)).toEqual([
      'cancelled-deploy: a newer run cancels this workflow, which deploys',
    ]);
  });
});
