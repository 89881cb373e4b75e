import { describe, expect, it } from 'vitest';
import { defaultGatePolicy } from '../gate-model.ts';
import { goodConfig } from '../test/image-of.ts';
import {
  checkLabels,
  checkMutableNames,
  checkPlatforms,
  checkRuntime,
  checkSizes,
  checkVariables,
} from './check-image.ts';

describe('checkLabels', () => {
  const judged = (labels: Record<string, string>) =>
    checkLabels({ ...goodConfig.Labels, ...labels }, defaultGatePolicy.requiredLabels);

  it.each(Object.keys(goodConfig.Labels))('refuses an image without %s', (name) => {
    expect(judged({ [name]: ' ' })).toMatchObject([
      { rule: 'label', severity: 'refuse', place: `config.Labels ${name}` },
    ]);
  });

  it.each(['unknown', 'abc', 'A'.repeat(64)])('refuses the fingerprint %s', (fingerprint) => {
    expect(judged({ 'connect.ehr.fingerprint': fingerprint })).toMatchObject([{ rule: 'label' }]);
  });
});

describe('checkMutableNames', () => {
  it.each([
    { 'org.opencontainers.image.version': 'latest' },
    { 'org.opencontainers.image.ref.name': 'docker.io/ehr/ehr-api:prod' },
    { 'org.opencontainers.image.base.name': 'registry.example:5000/node' },
    { 'org.opencontainers.image.base.name': 'node:latest' },
  ])('refuses a name that moves: %o', (labels) => {
    expect(checkMutableNames(labels, 'annotations')).toMatchObject([
      { rule: 'mutable-name', severity: 'refuse', place: `annotations ${Object.keys(labels).join()}` },
    ]);
  });

  it.each([
    { 'org.opencontainers.image.title': 'latest' },
    { 'org.opencontainers.image.version': 'v1.2.3' },
    { 'org.opencontainers.image.base.name': 'node:24.21.0-bookworm-slim' },
    { 'org.opencontainers.image.base.name': `node@sha256:${'a'.repeat(64)}` },
    {
      'org.opencontainers.image.base.name': 'node:latest',
      'org.opencontainers.image.base.digest': `sha256:${'a'.repeat(64)}`,
    },
  ])('accepts a name that stays: %o', (labels) => {
    expect(checkMutableNames(labels, 'config.Labels')).toEqual([]);
  });
});

describe('checkPlatforms', () => {
  const on = (architecture: string, config = { os: 'linux', architecture }) => ({
    platform: { os: 'linux', architecture },
    config,
  });
  const expected = ['linux/amd64', 'linux/arm64'];

  it.each([
    ['one is missing', [on('amd64')], 'linux/arm64 is missing'],
    ['there is one too many', [on('amd64'), on('arm64'), on('s390x')], 'linux/s390x'],
    ['one is there twice', [on('amd64'), on('arm64'), on('arm64')], 'linux/arm64'],
    ['an attestation is among them', [on('amd64'), on('arm64'), on('unknown')], 'linux/unknown'],
    [
      'index and config differ',
      [on('amd64'), on('arm64', { os: 'linux', architecture: 'amd64' })],
      'own config linux/amd64',
    ],
  ])('refuses when %s', (_what, manifests, part) => {
    expect(checkPlatforms(manifests, expected)).toMatchObject([
      { rule: 'platforms', severity: 'refuse', message: expect.stringContaining(part) as string },
    ]);
  });

  it('lets the expected ones pass in any order', () => {
    expect(checkPlatforms([on('arm64'), on('amd64')], expected)).toEqual([]);
  });

  it('lets a config name the variant that the index leaves out', () => {
    const config = { os: 'linux', architecture: 'arm64', variant: 'v8' };
    expect(checkPlatforms([on('amd64'), on('arm64', config)], expected)).toEqual([]);
  });
});

describe('checkRuntime', () => {
  const Healthcheck = { Test: ['CMD', 'node', 'health.js'] };
  const judged = (config: object) =>
    checkRuntime({ os: 'linux', architecture: 'amd64', config }).map(({ rule }) => rule);

  it.each(['', '0', '0:0', '00', '0:1000', 'root', 'node', 'node:1000', '-1', '4294967296', '1e3'])(
    'refuses the user "%s"',
    (User) => {
      expect(judged({ User, Healthcheck })).toEqual(['root-user']);
    },
  );

  it.each(['1000', '1000:1000', '65532:0'])('accepts the user "%s"', (User) => {
    expect(judged({ User, Healthcheck })).toEqual([]);
  });

  it.each([
    ['none', undefined],
    ['an empty one', { Test: [] }],
    ['one that is switched off', { Test: ['NONE'] }],
    ['one without a test', {}],
  ])('refuses %s for a health check', (_what, check) => {
    expect(judged({ User: '1000', Healthcheck: check })).toEqual(['health-check']);
  });
});

describe('checkSizes', () => {
  const budget = { applicationBytes: 100, imageBytes: 1_000 };
  const layers = (...sizes: number[]) => sizes.map((size) => ({ size }));

  it.each([
    ['nothing', layers(900, 100), layers(100), []],
    ['the application', layers(500, 101), layers(101), ['The application']],
    ['the image', layers(950, 51), layers(51), ['The whole image']],
    ['both', layers(1_000, 500), layers(500), ['The application', 'The whole image']],
  ])('refuses %s', (_what, all, application, expected) => {
    const findings = checkSizes(all, application, budget);
    expect(findings.map(({ message }) => message.split(' has ')[0])).toEqual(expected);
  });
});

const platform = { os: 'linux', architecture: 'amd64' };
const inEnv = (line: string) => checkVariables({ ...platform, config: { Env: [line] } });
const inHistory = (line: string) => checkVariables({ ...platform, history: [{ created_by: line }] });
const rules = (findings: ReturnType<typeof checkVariables>) =>
  findings.map(({ rule, severity }) => `${severity} ${rule}`);

describe('checkVariables', () => {
  it.each([
    'NPM_TOKEN=t0p-s3cret',
    'NPM_TOKEN=a=b=c',
    'DB_PASSWORD=x',
    'PGPASSWORD=hunter2',
    `STRIPE_KEY=${'4fK9q2Lm7Zr1Xv8B'}`,
    'apiKey=k',
    'AWS_ACCESS_KEY_ID=abc',
    'SECRET=1234',
    'GPG_PASSPHRASE=words',
    'BASIC_AUTH=user:pass',
  ])('refuses the variable %s', (line) => {
    expect(rules(inEnv(line))).toEqual(['refuse credential-variable']);
  });

  it.each([
    'NPM_TOKEN=',
    'NPM_TOKEN=${NPM_TOKEN}',
    'DB_PASSWORD_FILE=/run/secrets/db',
    'DB_PASSWORD=/run/secrets/db',
    'USE_AUTH=true',
    'GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305',
    'VAPID_PUBLIC_KEY=BNcRdreALRFXTkOO',
    'DATABASE_URL=postgres://db/ehr',
    'DATABASE_URL=postgres://ehr@db/ehr',
    'DATABASE_URL=postgres://ehr:${DB_PASSWORD}@db/ehr',
    'KEYBOARD=de',
    'CACHE_KEY=v3',
    'SSO_AUTH=oidc',
    'MONKEY=1x',
    'TOKENIZER=gpt',
    'EHR_FINGERPRINT=80c93e0ebcc5055e397fb1943ccc673dd1f992375a97d1b40f011ae70141ff65',
  ])('lets the variable %s pass', (line) => {
    expect(inEnv(line)).toEqual([]);
  });

  it.each([
    'ENV NODE_ENV=production NPM_TOKEN=t0p-s3cret',
    'ENV DB_PASSWORD="two words"',
    'ARG NPM_TOKEN=t0p-s3cret',
    'RUN |2 NODE_ENV=production NPM_TOKEN=t0p-s3cret /bin/sh -c npm ci # buildkit',
    '|1 NPM_TOKEN=t0p-s3cret /bin/sh -c npm ci',
    "/bin/sh -c export API_KEY='abc'; ./fetch",
  ])('refuses the history %s', (line) => {
    expect(rules(inHistory(line))).toEqual(['refuse credential-variable']);
  });

  it.each([
    'RUN /bin/sh -c docker login registry.example -u ci -p hunter2 && docker pull x',
    'RUN /bin/sh -c curl --user ci:hunter2 https://example.org/x',
    'RUN /bin/sh -c ./fetch --api-key=4fK9q2Lm --all',
    'RUN /bin/sh -c echo machine git.example login ci password hunter2 > ~/.netrc',
  ])('refuses what a command is given: %s', (line) => {
    expect(rules(inHistory(line))).toEqual(['refuse credential-argument']);
  });

  it('refuses what the image’s own command is given', () => {
    const config = { Entrypoint: ['node', 'main.js'], Cmd: ['--db-password', 'hunter2'] };
    const findings = checkVariables({ ...platform, config });
    expect(rules(findings)).toEqual(['refuse credential-argument']);
    expect(findings[0]?.message).not.toContain('hunter2');
  });

  it('warns of a build argument that is named like a credential', () => {
    expect(rules(inHistory('ARG NPM_TOKEN'))).toEqual(['warn credential-variable']);
    expect(rules(inHistory('/bin/sh -c #(nop)  ARG NPM_TOKEN'))).toEqual(['warn credential-variable']);
    expect(rules(inHistory('ARG EHR_FINGERPRINT'))).toEqual([]);
  });

  it.each([
    'RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN /bin/sh -c npm ci # buildkit',
    'RUN /bin/sh -c export NPM_TOKEN=$(cat /run/secrets/npm) && npm ci',
    'RUN /bin/sh -c set -ex && for key in 5BE8A3F6C8A5C01D106C0AD820B1A390B168D356 ; do gpg "$key"; done',
    'COPY . /app/ # buildkit',
    'RUN /bin/sh -c ./fetch --token-file /run/secrets/x --password "$PASSWORD"',
    'RUN /bin/sh -c docker login --username ci --password-stdin < /run/secrets/x',
    'CMD ["node" "main.js" "--password" "/run/secrets/db"]',
  ])('lets the history %s pass', (line) => {
    expect(inHistory(line)).toEqual([]);
  });

  it('refuses a label that holds a credential', () => {
    const findings = checkVariables({
      ...platform,
      config: { Labels: { 'example.api_token': 't0p-s3cret' } },
    });
    expect(rules(findings)).toEqual(['refuse credential-variable']);
  });

  it('shows four characters at most, and none of a short value', () => {
    expect(inEnv('DB_PASSWORD=hunter2')[0]?.message).not.toContain('hunt');
    const long = inEnv('DB_PASSWORD=correct-horse-battery')[0]?.message;
    expect(long).toContain('corr… (21 characters)');
    expect(long).not.toContain('corre');
  });

  it('reads a config whose lists Docker has written as null', () => {
    const config = { Env: null, Labels: null } as unknown as { Env: string[] };
    expect(checkVariables({ ...platform, config })).toEqual([]);
  });
});
