import { formatReference, Secret } from '@ehr/delivery-core';
import { type FakeDokploy, startFakeDokploy } from '@ehr/testing-fakes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf, pinOf, quiet, realClock, reference, setUpOptions } from '../../test/arrange.ts';
import { createDokployTarget, type SetUpOptions, setUpService } from '../index.ts';

let fake: FakeDokploy;
beforeEach(async () => {
  fake = await startFakeDokploy();
});
afterEach(() => fake.stop());

const options = (more: Partial<SetUpOptions> = {}) =>
  setUpOptions(fake, {
    variables: { DATABASE_URL: 'postgres://ehr:canary-database-password@db/ehr' },
    registry: { host: 'docker.io', username: 'acme', password: new Secret('canary-registry-password') },
    ...more,
  });
const writes = () => fake.seen.filter(({ method }) => method === 'POST').map(({ path }) => path.slice(5));

describe.each(['compose', 'stack', 'application'] as const)('a %s', (kind) => {
  it('is set up with project, environment, registry and variables, left alone then, and can be deployed to', async () => {
    const { id, environmentId } = await setUpService(options({ kind }));
    const service = fake.world.services.get(id)!;
    expect(service).toMatchObject({ kind, environmentId, row: { name: 'ehr-api' } });
    expect(service.row.env).toBe('DATABASE_URL=postgres://ehr:canary-database-password@db/ehr\n');
    expect(service.row.sourceType).toBe(kind === 'application' ? 'docker' : 'raw');
    expect(fake.world.registries).toMatchObject([{ registryUrl: 'docker.io', username: 'acme' }]);

    const before = writes().length;
    const second = await setUpService(options({ kind }));
    expect(writes()).toHaveLength(before);
    expect(second.id).toBe(id);
    expect(second.steps.every((step) => step.endsWith('was there'))).toBe(true);

    const address = { publicUrl: 'https://x.org', healthPath: '/health' };
    const named = { id, kind, repository: reference, variablePrefix: 'API' };
    const time = { timeoutMs: 60_000, pollMs: 1, clock: realClock };
    const target = createDokployTarget({ ...options(), ...address, ...named, ...time });
    await target.trigger(pinOf('a'));
    await target.settle(quiet);
    expect(Object.values(service.running.images)).toEqual([formatReference(pinOf('a').image)]);
  });

  it('killed after any of its requests, is completed by the next run and never doubled', async () => {
    await setUpService(options({ kind }));
    const requests = fake.seen.length;
    for (let allowed = 1; allowed < requests; allowed += 1) {
      await fake.stop();
      fake = await startFakeDokploy();
      let sent = 0;
      const cut: typeof fetch = async (...request) => {
        sent += 1;
        const answer = await fetch(...request);
        // The server acted on the last one, too.
        if (sent > allowed) throw new Error('killed');
        return answer;
      };
      await expect(setUpService(options({ kind, fetch: cut }))).rejects.toThrow('killed');
      await setUpService(options({ kind }));
      expect(fake.world.projects).toHaveLength(1);
      expect(fake.world.environments).toHaveLength(2);
      expect(fake.world.registries).toHaveLength(1);
      expect([...fake.world.services.values()]).toHaveLength(1);
    }
  });
});

it('gives a compose the command whose done means healthy', async () => {
  const { id } = await setUpService(options());
  const row = fake.world.services.get(id)?.row;
  expect(row?.['command']).toBe(
    `compose -p ${row?.appName} -f docker-compose.yml up -d --pull missing --remove-orphans --wait --wait-timeout 120`,
  );
});

it('keeps a value and a command that a person set', async () => {
  const { id } = await setUpService(options());
  const row = fake.world.services.get(id)!.row;
  row.env = 'DATABASE_URL=mine';
  row['command'] = 'compose up -d';
  await setUpService(options({ variables: { DATABASE_URL: 'theirs', LOG_LEVEL: 'info' } }));
  expect([row.env, row['command']]).toEqual(['DATABASE_URL=mine\nLOG_LEVEL=info', 'compose up -d']);
});

it('refuses two projects of one name rather than choosing', async () => {
  await setUpService(options());
  fake.world.projects.push({ ...fake.world.projects[0]!, projectId: 'other' });
  expect((await failureOf(setUpService(options()), [fake.ownerKey])).code).toBe('DOKPLOY_SERVICE_UNFIT');
});

it('refuses to take over an application that is built from a repository', async () => {
  const { environmentId } = await setUpService(options());
  const service = fake.addService({ name: 'ehr-api', kind: 'application', environmentId });
  service.row['repository'] = 'acme/ehr';
  const error = await failureOf(setUpService(options({ kind: 'application' })), [fake.ownerKey]);
  expect(error.code).toBe('DOKPLOY_SERVICE_UNFIT');
});

it('says that the registry refused, and not with what', async () => {
  const registry = { host: 'docker.io', username: 'acme', password: new Secret('bad-Password') };
  const error = await failureOf(setUpService(options({ registry })), ['bad-Password']);
  expect(error.message).toContain('401 Unauthorized');
});

it('needs more than a member’s key', async () => {
  const apiKey = new Secret(fake.addKey({ member: { services: [] } }));
  const error = await failureOf(setUpService(options({ apiKey })), []);
  expect(error.code).toBe('DOKPLOY_UNAUTHORIZED');
});
