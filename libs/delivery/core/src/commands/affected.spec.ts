import { describe, expect, it } from 'vitest';
import { tell } from '../../test/recorded-documents.ts';
import { createRecordingPorts } from '../../test/recording-ports.ts';
import { run } from '../../test/run-deploy.ts';
import { coreError } from '../index.ts';
import { affected, type AffectedPorts } from './affected.ts';

const ask = async (open: AffectedPorts['open']) =>
  (await affected({ environment: 'staging', services: ['ehr-api'] }, { open }))[0];

describe('affected', () => {
  it('leaves a service alone that runs this checkout’s content, and names what would run', async () => {
    const ports = createRecordingPorts();
    await run(ports, { environment: 'staging' });
    const fingerprint = 'f'.repeat(12);
    expect(await ask(async () => ports)).toMatchObject({
      needed: false,
      runs: fingerprint,
      wouldBe: fingerprint,
    });
    ports.world.fingerprint = 'e'.repeat(64);
    expect(await ask(async () => ports)).toMatchObject({
      needed: true,
      runs: fingerprint,
      wouldBe: 'e'.repeat(12),
    });
  });

  it('counts what cannot be reached as needing a deploy, which tells the rest', async () => {
    const ports = createRecordingPorts();
    const inspect = () => Promise.reject(coreError('TAGS_UNSETTLED', 'It is so.'));
    expect(await ask(async () => ({ ...ports, target: { ...ports.target, inspect } }))).toMatchObject({
      needed: true,
      message: 'what runs there is not known: It is so.',
    });
  });

  it('does not guess for an environment that is not set up', async () => {
    const open = () => Promise.reject(coreError('OPTIONS_INVALID', 'It is so.'));
    expect(await ask(open)).toMatchObject({ needed: null, message: 'not set up: It is so.' });
  });

  it('tells that a deploy would be refused: the environment is frozen, the image is blocked', async () => {
    const ports = createRecordingPorts();
    await run(ports, { environment: 'staging' });
    await tell(ports, 'frozen', ports.world.built);
    await tell(ports, 'blocked', ports.world.built);
    expect((await ask(async () => ports))?.message).toMatch(
      /frozen after a rollback: .*; the image is blocked: /,
    );
  });
});
