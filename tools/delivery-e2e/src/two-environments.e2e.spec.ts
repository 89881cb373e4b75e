import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeFileOf } from '@ehr/nx-delivery';
import { freePort, provideBaseImage, requireOrSkip } from '@ehr/testing-sandbox';
import { DEMANDED } from '@ehr/testing-worlds';
import { workspaceRoot } from '@nx/devkit';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const project = `ehr-two-${randomBytes(4).toString('hex')}`;
const ENVIRONMENTS = ['dev', 'staging'] as const;
const SERVICES = ['ehr-api', 'ehr-web'] as const;
const everyService = ENVIRONMENTS.flatMap((environment) =>
  SERVICES.map((service) => [environment, service] as const),
);
type EnvironmentName = (typeof ENVIRONMENTS)[number];
type ServiceName = (typeof SERVICES)[number];

const docker = async (args: readonly string[], env: Record<string, string> = {}) =>
  (await execa('docker', args, { cwd: workspaceRoot, env })).stdout;

/**
 * The real services of two environments, as dokploy-setup makes them: four composes that meet in one shared network and
 * nowhere else, where both APIs answer to `ehr-api`.
 */
describe.skipIf(!requireOrSkip('engine'))('two environments on one network', () => {
  let directory: string;
  const urls = new Map<string, string>();
  const url = (environment: EnvironmentName, service: ServiceName) =>
    urls.get(`${environment} ${service}`) ?? '';

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ehr-two-environments-'));
    await docker(['network', 'create', project]);
    await Promise.all(SERVICES.map(build));
    // One after the other: four that start at once on a busy machine are slower than their health checks allow.
    for (const [environment, service] of everyService) await up(environment, service, ['--wait']);
  });
  afterAll(async () => {
    await Promise.all(
      everyService.map(([environment, service]) =>
        docker([
          ...['compose', '--project-name', `${project}-${environment}-${service}`],
          ...['down', '--volumes', '--timeout', '0'],
        ]),
      ),
    );
    await docker(['rmi', ...SERVICES.map((service) => `${project}/${service}:local`)]);
    await docker(['network', 'rm', project]);
    await rm(directory, { recursive: true });
  });

  const build = async (service: ServiceName) => {
    const { reference } = await provideBaseImage(() => undefined);
    await docker([
      ...['build', '--quiet', '--build-arg', 'EHR_FINGERPRINT=two', '--tag', `${project}/${service}:local`],
      ...['--build-arg', `BASE_IMAGE=${reference}`],
      ...['--file', `apps/${service}/Dockerfile`, `dist/apps/${service}`],
    ]);
  };

  async function up(
    environment: EnvironmentName,
    service: ServiceName,
    options: string[],
    env: Record<string, string> = {},
  ) {
    const variablePrefix = service === 'ehr-api' ? 'API' : 'WEB';
    const publishPort = await freePort();
    urls.set(`${environment} ${service}`, `http://127.0.0.1:${publishPort}`);
    const { text } = composeFileOf(await readFile(join(workspaceRoot, 'docker-compose.yml'), 'utf8'), {
      service,
      repository: `docker.io/${project}/${service}`,
      variablePrefix,
      kind: 'compose',
      environment,
      hasDatabase: false,
      publishPort,
    });
    const file = join(directory, `${environment}-${service}.yml`);
    await writeFile(file, text.replace('external: true', `external: true\n    name: ${project}`));
    await docker(
      [
        ...['compose', '--project-name', `${project}-${environment}-${service}`, '--env-file', '/dev/null'],
        ...['--file', file, 'up', '--detach', '--pull', 'never', ...options],
      ],
      {
        EHR_ENVIRONMENT: environment,
        [`${variablePrefix}_IMAGE_TAG`]: 'local',
        ...(environment === 'staging' && DEMANDED),
        ...env,
      },
    );
  }

  const total = async (environment: EnvironmentName) => {
    const answer = await fetch(`${url(environment, 'ehr-api')}/fhir/Patient?_count=0`);
    return ((await answer.json()) as { total: number }).total;
  };
  const healthOf = async (environment: EnvironmentName) =>
    (await (await fetch(`${url(environment, 'ehr-web')}/api/health`)).json()) as object;
  const register = (environment: EnvironmentName, family: string) =>
    fetch(`${url(environment, 'ehr-web')}/patients/register`, {
      method: 'POST',
      body: new URLSearchParams({
        given: 'A',
        family,
        birthDate: '1980-01-01',
        sex: 'male',
        mrn: family,
        phone: '',
      }),
      headers: { 'sec-fetch-site': 'same-origin' },
      redirect: 'manual',
    });
  const patients = async (environment: EnvironmentName) =>
    (await fetch(`${url(environment, 'ehr-web')}/patients`)).text();

  it('the API’s image says where records are, and what keeps them elsewhere', async () => {
    const labels = await docker([
      'image',
      'inspect',
      '--format',
      '{{json .Config.Labels}}',
      `${project}/ehr-api:local`,
    ]);
    expect(JSON.parse(labels)).toMatchObject({
      'connect.ehr.data': '/data',
      'connect.ehr.data-unless': 'DATABASE_URL',
    });
  });

  it('both APIs answer to the one name ehr-api', async () => {
    const container = await docker(['ps', '--quiet', '--filter', `name=${project}-dev-ehr-web`]);
    const script = `require('node:dns').lookup('ehr-api', { all: true }, (error, found) => console.log(found?.length))`;
    expect(await docker(['exec', container, 'node', '-e', script])).toBe('2');
  });

  it.each(ENVIRONMENTS)('the web app of %s always finds the API of its own', async (environment) => {
    const reports = [];
    for (let asked = 0; asked < 10; asked += 1) reports.push(await healthOf(environment));
    for (const report of reports)
      expect(report).toMatchObject({
        status: 'pass',
        environment,
        checks: { 'ehr-api': { status: 'pass' } },
      });
  });

  it('what is registered in dev is in dev and nowhere else', async () => {
    const registered = await register('dev', 'Devsen');
    expect([registered.status, registered.headers.get('location')]).toEqual([
      303,
      expect.stringMatching(/^\/patients\/[^?]+\?registered$/),
    ]);
    expect(await total('dev')).toBe(1);
    expect(await patients('dev')).toContain('Devsen');
    expect(await patients('staging')).not.toContain('Devsen');
  });

  it('staging shows nothing to who has not signed in, and saves nothing of theirs', async () => {
    expect((await fetch(`${url('staging', 'ehr-api')}/fhir/Patient`)).status).toBe(401);
    expect(await patients('staging')).toContain('Patient records are shown to people who are signed in');
    const refused = await register('staging', 'Nobody');
    expect(refused.headers.get('location')).toMatch(/^\/patients\/new\?draft=/);
  });

  it('a web app of staging that is set to the API of dev shows nothing, saves nothing and is not healthy', async () => {
    await up('staging', 'ehr-web', [], { EHR_API_URL: 'http://ehr-api-dev:3000' });
    await expect
      .poll(() => healthOf('staging'), { timeout: 90_000 })
      .toMatchObject({
        status: 'fail',
        checks: {
          'ehr-api': { status: 'fail', detail: 'misconfigured: answers for dev, this is staging' },
        },
      });
    expect(await patients('staging')).toContain('This site is misconfigured');
    const refused = await register('staging', 'Misdirected');
    expect(refused.headers.get('location')).toMatch(/^\/patients\/new\?draft=/);
    expect(await total('dev')).toBe(1);
  });
});
