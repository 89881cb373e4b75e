import { Secret } from '@ehr/delivery-core';
import { requireOrSkip } from '@ehr/testing-sandbox';
import { execa } from 'execa';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultGatePolicy, inspectImage, renderFindings, type GateFinding } from './index.ts';
import { readGateImage } from './test/read-gate-image.ts';

const password = 'c4nary-db-passw0rd';
const npmToken = `npm_${'aB3dE5fG7hJ9kL2mN4pQ6rS8tU1vW0xY0000'}`;
const policy = {
  ...defaultGatePolicy,
  knownSecrets: [{ name: 'DATABASE_PASSWORD', value: new Secret(password) }],
};

/** The directory that the old Dockerfiles copied whole: there was no .dockerignore. */
const context = {
  'main.js': 'run()',
  'main.js.map': '{}',
  'main.spec.js': 'it("runs")',
  '.env': `DB_PASSWORD=${password}`,
  '.env.example': 'DB_PASSWORD=',
  '.npmrc': `//npm.example.org/:_authToken=${npmToken}`,
  '.git/HEAD': 'ref: refs/heads/main',
  '.git/config': '[core]',
};

const good = `
FROM scratch
COPY --link main.js /app/
LABEL org.opencontainers.image.title="ehr-api" \\
      org.opencontainers.image.description="FHIR R4 API" \\
      org.opencontainers.image.licenses="Apache-2.0" \\
      org.opencontainers.image.vendor="EHR Connect" \\
      connect.ehr.fingerprint="${'a'.repeat(64)}"
USER 1000:1000
HEALTHCHECK CMD ["node", "health.js"]
CMD ["node", "main.js"]
`;

/** The old pipeline's Dockerfiles, one fault each, as BuildKit really writes them into an image. */
describe.skipIf(!requireOrSkip('engine'))('an image built the old way', { timeout: 120_000 }, () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ehr-gate-'));
    for (const [name, content] of Object.entries(context)) {
      await mkdir(dirname(join(directory, 'context', name)), { recursive: true });
      await writeFile(join(directory, 'context', name), content);
    }
  });
  afterAll(() => rm(directory, { recursive: true }));

  let count = 0;
  const build = async (dockerfile: string, args: readonly string[] = [], platforms = policy.platforms) => {
    const file = join(directory, `Dockerfile.${++count}`);
    const layout = join(directory, `layout-${count}`);
    await writeFile(file, dockerfile);
    const outputs = ['--output', `type=oci,tar=false,rewrite-timestamp=true,dest=${layout}`];
    const platform = ['--platform', platforms.join(','), '--provenance=false', '--no-cache'];
    const buildArgs = ['SOURCE_DATE_EPOCH=0', ...args].flatMap((arg) => ['--build-arg', arg]);
    await execa('docker', [
      ...['buildx', 'build', '--file', file, ...platform, ...buildArgs, ...outputs],
      join(directory, 'context'),
    ]);
    return inspectImage(await readGateImage(layout), policy);
  };
  const inspect = async (dockerfile: string, args: readonly string[] = []) => {
    const findings = await build(dockerfile, args);
    const shown = JSON.stringify(findings) + renderFindings(findings);
    for (const secret of [password, npmToken]) expect(shown).not.toContain(secret.slice(5));
    return findings.map(brief);
  };

  it('passes when every fault is corrected', async () => {
    expect(await inspect(good)).toEqual([]);
  });

  it('is refused for credentials in ENV, in the config and in the history', async () => {
    const findings = await inspect(`${good}ENV DB_PASSWORD=other-passw0rd NODE_ENV=production`);
    expect(findings).toEqual([
      expect.stringMatching(/^refuse credential-variable config\.Env\[\d\] DB_PASSWORD$/),
      expect.stringMatching(/^refuse credential-variable history\[\d+\] DB_PASSWORD$/),
    ]);
  });

  it('is refused for a build argument that became a variable', async () => {
    const dockerfile = `${good}ARG DB_PASSWORD\nENV DATABASE_URL=postgres://ehr:$DB_PASSWORD@db/ehr`;
    const findings = await inspect(dockerfile, [`DB_PASSWORD=${password}`]);
    for (const part of ['credential-url config.Env', 'known-secret config.Env', 'known-secret history']) {
      expect(findings).toContainEqual(expect.stringContaining(`refuse ${part}`));
    }
    expect(findings).toContainEqual(expect.stringMatching(/^warn credential-variable history.* DB_PASSWORD/));
  });

  it('is refused for a default of a build argument, which the history keeps', async () => {
    expect(await inspect(`${good}ARG NPM_TOKEN=${npmToken}`)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^refuse credential-variable history\[\d+\] NPM_TOKEN$/),
        expect.stringMatching(/^refuse key-format history/),
      ]),
    );
  });

  it('is refused for what is copied without a .dockerignore', async () => {
    expect((await inspect(good.replace('main.js /app/', '. /app/'))).sort()).toEqual([
      'refuse forbidden-file app/.env',
      'refuse forbidden-file app/.git',
      'refuse forbidden-file app/main.spec.js',
      'refuse key-format app/.npmrc',
      'refuse known-secret app/.env',
      'warn source-map app/main.js.map',
    ]);
  });

  it('is refused for a file that a later layer covers up', async () => {
    const dockerfile = good.replace(
      'COPY --link main.js /app/',
      'COPY --link .env /app/.env\nCOPY --link .env.example /app/.env',
    );
    expect(await inspect(dockerfile)).toContain('refuse known-secret app/.env');
  });

  it.each(['', 'USER root', 'USER node'])(
    'is refused for running as root or by a name: "%s"',
    async (user) => {
      expect(await inspect(good.replace('USER 1000:1000', user))).toEqual(['refuse root-user config.User']);
    },
  );

  it('is refused without labels and a health check', async () => {
    const findings = await inspect('FROM scratch\nCOPY --link main.js /app/\nUSER 1000');
    expect(findings.map((finding) => finding.split(' ')[1])).toEqual([
      'health-check',
      ...policy.requiredLabels.map(() => 'label'),
    ]);
  });

  it('is refused for lacking a platform', async () => {
    const findings = await build(good, [], ['linux/amd64']);
    expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      'platforms: The image for linux/arm64 is missing.',
    ]);
  });
});

/** `refuse known-secret app/.env`: without platforms and digests. */
function brief({ severity, rule, where }: GateFinding): string {
  return `${severity} ${rule} ${where.replace(/^(?:linux\/\w+,? ?)*(?:layer \w+: )?/, '')}`;
}
