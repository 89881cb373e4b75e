import { describe, expect, it } from 'vitest';
import { refusing } from '../../test/recorded-documents.ts';
import { createRecordingPorts, type RecordingPorts } from '../../test/recording-ports.ts';
import { noOverrides, releaseIn, reportOf, requestOf, run, silent } from '../../test/run-deploy.ts';
import { promote, rollback } from '../index.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}` as const;

const releaseInProd = (ports: RecordingPorts, ...letters: string[]) => releaseIn('prod', ports, ...letters);

async function rollBack(ports: RecordingPorts, to: string | null = null) {
  const request = { ...requestOf({ environment: 'prod' }), to };
  return reportOf(await rollback(request, { ...ports, reporter: silent }));
}

describe('rollback', () => {
  it('goes back to the previous release, without a build or a push, and latest follows', async () => {
    const ports = createRecordingPorts();
    await releaseInProd(ports, 'a', 'b');
    const report = await rollBack(ports);
    expect(ports.calls).toEqual([
      'trigger aaa',
      'settle',
      'record frozen',
      'record',
      'tag latest aaa',
      'tag prod aaa',
    ]);
    expect(report).toMatchObject({ outcome: 'deployed', revision: 'a'.repeat(40), error: null });
    expect(ports.world.tags['latest']).toBe(digest('a'));
  });

  it('goes further back when called again', async () => {
    const ports = createRecordingPorts();
    await releaseInProd(ports, 'a', 'b', 'c');
    await rollBack(ports, digest('b'));
    expect((await rollBack(ports, digest('a'))).image).toContain(digest('a'));
  });

  it('goes further back each time it is told no release, never forward again', async () => {
    const ports = createRecordingPorts();
    await releaseInProd(ports, 'a', 'b', 'c');
    expect((await rollBack(ports)).image).toContain(digest('b'));
    expect((await rollBack(ports)).image).toContain(digest('a'));
    await expect(rollBack(ports)).rejects.toMatchObject({ code: 'RELEASE_UNKNOWN' });
  });

  it('is finished, not undone, by the next one when it was killed before it could be recorded', async () => {
    const ports = createRecordingPorts();
    await releaseInProd(ports, 'a', 'b');
    await rollBack({ ...ports, registry: refusing(ports, 'released', new Error('killed')) });
    expect(ports.world.running?.image.digest).toBe(digest('a'));
    expect((await rollBack(ports)).image).toContain(digest('a'));
    expect(ports.world.records.at(-2)).toMatchObject({ kind: 'frozen', digest: digest('a') });
  });

  it.each([
    ['a version', 'v1.0.0'],
    ['a version without v', '1.0.0'],
    ['a digest', digest('a')],
    ['a full commit', 'a'.repeat(40)],
    ['a short commit', 'a'.repeat(7)],
    ['a tag', `main-${'a'.repeat(7)}`],
  ])('finds a release by %s', async (_name, to) => {
    const ports = createRecordingPorts();
    await releaseInProd(ports, 'a');
    await run(ports, { environment: 'prod', release: 'v1.0.0' });
    await releaseInProd(ports, 'b');
    expect((await rollBack(ports, to)).image).toContain(digest('a'));
    expect(ports.world.running).toMatchObject({ revision: 'a'.repeat(40), version: '1.0.0' });
  });

  it('asks the registry for nothing that can be no release', async () => {
    const ports = createRecordingPorts();
    await releaseInProd(ports, 'a');
    const asked: string[] = [];
    const resolve = (tag: string) => (asked.push(tag), ports.registry.resolve(tag));
    const to = '../../other/manifests/latest';
    await expect(rollBack({ ...ports, registry: { ...ports.registry, resolve } }, to)).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      message: `--to must be a version, a commit, a tag or a digest; it is "${to}".`,
    });
    expect(asked).not.toContain(to);
  });

  it('says that there is no such release, or none before', async () => {
    const ports = createRecordingPorts();
    await releaseInProd(ports, 'a');
    await expect(rollBack(ports, 'v9.9.9')).rejects.toMatchObject({ code: 'RELEASE_UNKNOWN' });
    await expect(rollBack(ports)).rejects.toMatchObject({
      code: 'RELEASE_UNKNOWN',
      message: 'No earlier release was verified in prod.',
    });
    expect(ports.calls).toEqual([]);
  });

  it('passes over a blocked release', async () => {
    const ports = createRecordingPorts();
    await releaseInProd(ports, 'a');
    ports.world.sick = [digest('b')];
    await releaseInProd(ports, 'b', 'c');
    expect((await rollBack(ports)).image).toContain(digest('a'));
    await expect(rollBack(ports, digest('b'))).rejects.toMatchObject({ code: 'IMAGE_BLOCKED' });
  });

  it('freezes the environment: a deploy and a promotion are refused, another rollback is not', async () => {
    const ports = createRecordingPorts();
    await releaseInProd(ports, 'a', 'b', 'c');
    await rollBack(ports);
    ports.calls.length = 0;
    await expect(run(ports, { environment: 'prod' })).rejects.toMatchObject({ code: 'ENVIRONMENT_FROZEN' });
    await expect(promoteTo(ports, await stagingBeside(ports))).rejects.toMatchObject({
      code: 'ENVIRONMENT_FROZEN',
    });
    expect(ports.calls).toEqual([]);
    expect((await rollBack(ports, digest('a'))).error).toBeNull();
    expect((await run(ports, { environment: 'staging' })).report.error).toBeNull();
  });

  it('is undone only by somebody who says why, and the journal keeps the words', async () => {
    const ports = createRecordingPorts();
    await releaseInProd(ports, 'a', 'b');
    await rollBack(ports);
    ports.world.built = digest('c');
    ports.world.fingerprint = 'c'.repeat(64);
    ports.world.revision = 'c'.repeat(40);
    ports.world.line.push('c'.repeat(40));
    ports.world.identities[digest('c')] = 'c'.repeat(64);
    const { report } = await run(ports, {
      environment: 'prod',
      overrides: { ...noOverrides, unfreeze: 'the fix is in c' },
    });
    expect(report).toMatchObject({ outcome: 'deployed', error: null });
    expect(ports.world.records.map(({ kind, reason }) => [kind, reason])).toContainEqual([
      'unfrozen',
      'the fix is in c',
    ]);
    expect((await run(ports, { environment: 'prod' })).report.outcome).toBe('unchanged');
  });
});

/** A staging over the same registry that was deployed to. */
async function stagingBeside({
  world: { tags, records, documents },
}: RecordingPorts): Promise<RecordingPorts> {
  const staging = createRecordingPorts({ tags, records, documents });
  await run(staging, { environment: 'staging' });
  return staging;
}

/** From what `origin` runs to prod. */
async function promoteTo(ports: RecordingPorts, origin: RecordingPorts) {
  ports.world.environment = 'prod';
  const from = {
    environment: 'staging' as const,
    healthUrl: 'https://staging.example.org/health',
    prober: origin.prober,
  };
  return reportOf(
    await promote(requestOf({ environment: 'prod' }), { ...ports, origin: from, reporter: silent }),
  );
}

describe('promotion', () => {
  /** Two environments over one registry. */
  async function stagingAndProd() {
    const staging = createRecordingPorts();
    await run(staging, { environment: 'staging' });
    const prod = createRecordingPorts({
      tags: staging.world.tags,
      records: staging.world.records,
      documents: staging.world.documents,
      running: null,
      environment: 'prod',
    });
    return { staging, prod };
  }

  it('rolls out the very digest the other environment runs', async () => {
    const { staging, prod } = await stagingAndProd();
    const report = await promoteTo(prod, staging);
    expect(prod.calls).toEqual(['trigger bbb', 'settle', 'record', 'tag latest bbb', 'tag prod bbb']);
    expect(report).toMatchObject({ outcome: 'deployed', sentBytes: 0 });
  });

  it('does nothing but verify when prod runs it already', async () => {
    const { staging, prod } = await stagingAndProd();
    await promoteTo(prod, staging);
    prod.calls.length = 0;
    expect(await promoteTo(prod, staging)).toMatchObject({ outcome: 'unchanged' });
    expect(prod.calls).toEqual([]);
  });

  it('refuses what the other environment does not say that it runs, and what was never verified there', async () => {
    const { staging, prod } = await stagingAndProd();
    staging.world.identities = { [staging.world.built]: 'another' };
    await expect(promoteTo(prod, staging)).rejects.toMatchObject({ code: 'RELEASE_UNKNOWN' });
    const empty = createRecordingPorts();
    await expect(promoteTo(empty, empty)).rejects.toMatchObject({
      message: 'The journal knows of nothing that was verified in staging.',
    });
    expect(prod.calls).toEqual([]);
  });

  it('refuses when the address of the other environment leads to this one', async () => {
    const { staging, prod } = await stagingAndProd();
    staging.world.environment = 'prod';
    await expect(promoteTo(prod, staging)).rejects.toMatchObject({
      code: 'RELEASE_UNKNOWN',
      message: expect.stringContaining('it is prod that answers, not staging') as string,
    });
  });

  it('leaves a newer version alone, unless somebody says why the older one is right', async () => {
    const { staging, prod } = await stagingAndProd();
    await promoteTo(prod, staging);
    await releaseInProd(prod, 'c');
    const report = await promoteTo(prod, staging);
    expect(report).toMatchObject({
      outcome: 'superseded',
      exit: 0,
      supersededBy: { revision: 'c'.repeat(40) },
    });
    expect(prod.calls).toEqual([]);
  });
});
