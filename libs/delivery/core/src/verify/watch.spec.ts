import { describe, expect, it } from 'vitest';
import { old, replica, says, serviceOf, silence, verify } from '../../test/virtual-service.ts';

describe('watching a service', () => {
  const watched = { windowMs: 15_000 };

  it('ends well when nothing happens for the whole window', async () => {
    const world = serviceOf(
      () => says(),
      () => [replica()],
    );
    await verify(world, watched);
    expect(world.time()).toBe(15_200);
  });

  it('fails when the image dies after nine seconds and is started again, as soon as it answers', async () => {
    const world = serviceOf((time) => {
      const life = Math.floor(time / 10_000);
      return time % 10_000 < 9000 ? says({ instance: `number ${life}` }) : silence;
    });
    await expect(verify(world, watched)).rejects.toMatchObject({ code: 'SERVICE_RESTARTS' });
    expect(world.time()).toBe(10_000);
  });

  it('fails when it dies and never answers again', async () => {
    const world = serviceOf((time) => (time < 9000 ? says() : silence));
    await expect(verify(world, watched)).rejects.toMatchObject({ code: 'SERVICE_RESTARTS' });
  });

  it('fails when a restart is too fast for any answer to be missing', async () => {
    const world = serviceOf(
      (time) => says({ instance: time < 5000 ? 'one' : 'two' }),
      () => [replica()],
    );
    await expect(verify(world, watched)).rejects.toMatchObject({ code: 'SERVICE_RESTARTS' });
    expect(world.time()).toBe(5000);
  });

  it('fails when the platform counts a restart that no answer shows', async () => {
    const older = serviceOf(
      () => says({ environment: undefined, instance: undefined }),
      (time) => [replica({ restarts: time < 5000 ? 0 : 1 })],
    );
    await expect(verify(older, watched)).rejects.toMatchObject({ code: 'SERVICE_RESTARTS' });
  });

  it('watches again after a moment without an answer, when the same instance goes on', async () => {
    const world = serviceOf(
      (time) => (time === 9000 ? silence : says()),
      () => [replica()],
    );
    await verify(world, { ...watched, timeoutMs: 20_000 });
    expect(world.time()).toBe(24_300);
  });

  it('does not believe a service that hangs every nine seconds', async () => {
    const world = serviceOf((time) => (time % 10_000 < 9000 ? says() : silence));
    await expect(verify(world, { ...watched, timeoutMs: 60_000 })).rejects.toThrow(/did not verify/);
  });

  it('meets two replicas in any order', async () => {
    const world = serviceOf(
      (time) => says({ instance: time % 1000 < 900 ? 'one' : 'two' }),
      () => [replica(), replica()],
    );
    await verify(world, watched);
    expect(world.time()).toBeLessThan(17_000);
  });

  it('fails when one of two is started again', async () => {
    const world = serviceOf(
      (time) => says({ instance: time % 200 === 0 ? 'one' : time < 8000 ? 'two' : 'three' }),
      () => [replica(), replica()],
    );
    await expect(verify(world, watched)).rejects.toMatchObject({ code: 'SERVICE_RESTARTS' });
  });

  it('fails when a replica is lost that does not come back', async () => {
    const world = serviceOf(
      () => says(),
      (time) => (time < 8000 ? [replica(), replica()] : [replica(), replica({ state: 'ended' })]),
    );
    await verify(world, { ...watched, timeoutMs: 40_000 });
    expect(world.time()).toBeGreaterThan(30_000);
  });

  it('does not end while an old container still runs beside the new one', async () => {
    const other = replica({
      image: { registry: 'r', repository: 'ehr-api', digest: `sha256:${'a'.repeat(64)}` },
    });
    const stuck = serviceOf(
      () => says(),
      () => [replica(), other],
    );
    await expect(verify(stuck, watched)).rejects.toMatchObject({
      code: 'SERVICE_STILL_OLD',
      message: expect.stringContaining('1 containers of another image still run') as string,
    });
    const going = serviceOf(
      () => says(),
      (time) => (time < 16_000 ? [replica(), other] : [replica()]),
    );
    await verify(going, { ...watched, timeoutMs: 40_000 });
  });

  it('never ends well when one answer in ten is of the old image', async () => {
    const world = serviceOf((_time, asked) => (asked % 10 === 9 ? old : says()));
    await expect(verify(world, watched)).rejects.toMatchObject({ code: 'SERVICE_STILL_OLD' });
  });
});
