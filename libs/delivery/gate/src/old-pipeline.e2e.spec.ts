import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Secret } from '@ehr/delivery-core';
import { requireOrSkip } from '@ehr/testing-sandbox';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GateFinding } from './gate-model.ts';
import { defaultGatePolicy, inspectImage, renderFindings } from './index.ts';
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

/** The old pipeline's faults, as BuildKit really writes them into an image. */
describe.skipIf(!requireOrSkip('engine'))('an image built the old way', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ehr-gate-'));
    for (const [name, content] of Object.entries(context)) {
      await mkdir(dirname(join(directory, 'context', name)), { recursive: true });
      await writeFile(join(directory, 'context', name), content);
    }
  });
  afterAll(() => rm(directory, { recursive: true }));

  const inspect = async (dockerfile: string) => {
    const file = join(directory, 'Dockerfile');
    const layout = await mkdtemp(join(directory, 'layout-'));
    await writeFile(file, dockerfile);
    const outputs = ['--output', `type=oci,tar=false,rewrite-timestamp=true,dest=${layout}`];
    const platform = ['--platform', policy.platforms.join(','), '--provenance=false', '--no-cache'];
    const buildArgs = ['--build-arg', 'SOURCE_DATE_EPOCH=0', '--build-arg', `DB_PASSWORD=${password}`];
    await execa('docker', [
      ...['buildx', 'build', '--file', file, ...platform, ...buildArgs, ...outputs],
      join(directory, 'context'),
    ]);
    const findings = await inspectImage(await readGateImage(layout), policy);
    const shown = JSON.stringify(findings) + renderFindings(findings);
    for (const secret of [password, npmToken]) expect(shown).not.toContain(secret.slice(5));
    return findings.map(brief);
  };

  it('passes when every fault is corrected', async () => {
    expect(await inspect(good)).toEqual([]);
  });

  it('is refused for each fault, in a file, in the config and in the history', async () => {
    const faulty = `${good.replace('main.js /app/', '. /app/').replace(/USER.*|HEALTHCHECK.*/g, '')}
ENV API_TOKEN=other-passw0rd
ARG DB_PASSWORD
ENV DATABASE_URL=postgres://ehr:$DB_PASSWORD@db/ehr
ARG NPM_TOKEN=${npmToken}`;
    const findings = await inspect(faulty);
    for (const pattern of [
      /^refuse forbidden-file app\/\.env$/,
      /^refuse forbidden-file app\/\.git$/,
      /^refuse test-file app\/main\.spec\.js$/,
      /^refuse key-format app\/\.npmrc$/,
      /^refuse known-secret app\/\.env$/,
      /^warn source-map app\/main\.js\.map$/,
      /^refuse root-user config\.User$/,
      /^refuse health-check config\.Healthcheck$/,
      /^refuse credential-variable config\.Env\[\d\] API_TOKEN$/,
      /^refuse credential-variable history\[\d+\] API_TOKEN$/,
      /^refuse credential-url config\.Env/,
      /^refuse known-secret config\.Env/,
      /^refuse known-secret history/,
      /^warn credential-variable history.* DB_PASSWORD/,
      /^refuse credential-variable history\[\d+\] NPM_TOKEN$/,
      /^refuse key-format history/,
    ]) {
      expect(findings).toContainEqual(expect.stringMatching(pattern));
    }
  });
});

/** `refuse known-secret app/.env`: without platforms and digests. */
function brief({ severity, rule, where }: GateFinding): string {
  return `${severity} ${rule} ${where.replace(/^(?:linux\/\w+,? ?)*(?:layer \w+: )?/, '')}`;
}
