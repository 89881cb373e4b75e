import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistry } from '@ehr/delivery-registry';
import { registryAccount, registryRules, startFakeRegistry } from '@ehr/testing-fakes';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ASKS_THE_ENGINE, runDoctor } from '../../test/run-doctor.ts';

/** A server for one test: its `host:port`. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What doctor finds where a service answers with this report, and a webhook deploys. */
async function answering(report: object, registry = '127.0.0.1:1', token = '') {
  const root = await mkdtemp(join(tmpdir(), 'ehr-doctor-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const identity = { service: 'ehr-api', version: '1', revision: 'r', fingerprint: 'development' };
  const body = JSON.stringify({ status: 'pass', checks: {}, ...identity, ...report });
  const host = await serve((_request, response) => void response.end(body));
  const env = {
    REGISTRY: registry,
    DOCKERHUB_USERNAME: 'clinic',
    DOCKERHUB_TOKEN: token,
    DOKPLOY_WEBHOOK_API: 'http://127.0.0.1:1/api/deploy/compose/x',
    API_PUBLIC_URL: `http://${host}`,
  };
  return runDoctor(root, env, { leftOut: ASKS_THE_ENGINE });
}

describe('doctor, where something answers', () => {
  it('tells of the service’s own warnings', async () => {
    const checks = { api: { status: 'warn', detail: 'ehr-api does not answer within 2000 ms' } };
    expect((await answering({ status: 'warn', checks }))['service-warnings']).toMatchObject({
      verdict: 'warn',
      message: 'api: ehr-api does not answer within 2000 ms',
    });
    expect((await answering({}))['service-warnings'].verdict).toBe('ok');
  });

  it('fails where the service of another environment answers', async () => {
    const found = await answering({ environment: 'prod' });
    expect(found['public-route']).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('it is prod that answers, not staging') as string,
    });
  });

  it('fails where what answers was never released there, whatever its name', async () => {
    const registry = await startFakeRegistry(registryRules.ghcr);
    onTestFinished(() => registry.stop());
    const { host } = registry;
    const { journal } = createRegistry({
      registry: host,
      repository: 'clinic/ehr-api',
      credentials: registryAccount,
    });
    const image = {
      fingerprint: 'ours',
      revision: 'r',
      version: '1',
      digest: `sha256:${'1'.repeat(64)}` as const,
    };
    const entry = { ...image, service: 'ehr-api', environment: 'staging', run: '0123456789ab' };
    const at = '2026-01-01T00:00:00.000Z';
    await journal.append([{ ...entry, kind: 'released', at, reason: 'a test' }]);
    const routeOf = async (fingerprint: string) =>
      (await answering({ fingerprint, environment: 'staging' }, host, registryAccount.password))[
        'public-route'
      ];
    expect((await routeOf('ours')).verdict).toBe('ok');
    expect(await routeOf('development')).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('never released to staging') as string,
    });
  });

  it('is not content with a name where it cannot be read what was released', async () => {
    expect((await answering({ environment: 'staging' }))['public-route']).toMatchObject({
      verdict: 'unknown',
      message: expect.stringContaining('fingerprint development') as string,
    });
  });

  it('warns where one answers before anything was released', async () => {
    expect(
      (await answering({}, await serve((_request, response) => void response.writeHead(404).end())))[
        'public-route'
      ],
    ).toMatchObject({
      verdict: 'warn',
      message: expect.stringContaining('development') as string,
    });
  });
});
