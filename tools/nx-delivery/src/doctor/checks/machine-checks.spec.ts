import { tmpdir } from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { runDoctor } from '../../../test/run-doctor.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('says that the engine does not answer, and then nothing of its builder', async () => {
  vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
  const found = await runDoctor(tmpdir(), { REGISTRY: '127.0.0.1:1', DOCKERHUB_USERNAME: 'clinic' });
  expect([found.engine.verdict, found.builder.verdict]).toEqual(['fail', 'unknown']);
  expect(found.engine.hint).toContain('Start Docker');
});

it('asks engine and builder even when there are no settings at all', async () => {
  vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
  const found = await runDoctor(tmpdir(), {});
  expect(found.settings).toMatchObject({
    verdict: 'fail',
    message: 'DOCKERHUB_USERNAME is not set for staging.',
  });
  expect(found.engine.verdict).toBe('fail');
  expect(found['registry-read'].verdict).toBe('unknown');
});
