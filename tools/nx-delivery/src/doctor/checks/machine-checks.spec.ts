import { tmpdir } from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { runDoctor } from '../../../test/run-doctor.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('asks engine and builder even when there are no settings at all, and of a builder nothing without an engine', async () => {
  vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
  const found = await runDoctor(tmpdir(), {});
  expect(found.settings).toMatchObject({
    verdict: 'fail',
    message: 'DOCKERHUB_USERNAME is not set for staging.',
  });
  expect([found.engine.verdict, found.builder.verdict]).toEqual(['fail', 'unknown']);
  expect(found.engine.hint).toContain('Start Docker');
  expect(found['registry-read'].verdict).toBe('unknown');
});
