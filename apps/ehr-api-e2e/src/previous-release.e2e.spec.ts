import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseOf } from '../test/database-of.ts';
import { postgresUrl } from '../test/postgres-url.ts';
import { checkOutPreviousRelease, type PreviousRelease } from '../test/previous-release.ts';
import { type RunningService, runService } from '../test/run-service.ts';
import { keepBusy, useThrough } from '../test/use-service.ts';

/** Two releases on one database, as in a rolling update and after a rollback. */
describe.skipIf(postgresUrl === null)('the previous release', () => {
  let previous: PreviousRelease;
  let variables: Record<string, string>;
  let old: RunningService;
  const running: RunningService[] = [];
  const start = async (main?: string) => {
    const service = await runService(variables, main);
    running.push(service);
    await service.ready();
    return service;
  };
  const schemaOf = async ({ url }: RunningService) =>
    ((await (await fetch(`${url}/health`)).json()) as { schema: { current: number; highest: number } })
      .schema;
  beforeAll(async () => {
    previous = await checkOutPreviousRelease();
    variables = { DATABASE_URL: await databaseOf('releases') };
    old = await start(previous.main);
  });
  afterAll(async () => {
    await Promise.all(running.map((service) => service.kill('SIGTERM')));
    await previous.remove();
  });

  it('answers beside the new one while that changes the schema: no request fails, nothing is lost', async () => {
    expect(await schemaOf(old)).toEqual({ current: previous.schema, highest: previous.schema + 1 });
    const busy = [keepBusy(old.url, 'old')];
    const young = await start();
    busy.push(keepBusy(young.url, 'new'), keepBusy(old.url, 'beside'));
    expect(await schemaOf(old)).toEqual({ current: previous.schema + 1, highest: previous.schema + 1 });
    const seen = await Promise.all(busy.map((one) => one.stopAfter(100)));
    expect(seen.flatMap(({ failures }) => failures)).toEqual([]);
    for (const { written } of seen) expect(written.length).toBeGreaterThanOrEqual(100);
    for (const service of [old, young])
      for (const id of seen.flatMap(({ written }) => written))
        expect((await fetch(`${service.url}/fhir/Patient/${id}`)).status).toBe(200);
  });

  it('starts on the new schema, and does all it could', async () => {
    const again = await start(previous.main);
    expect(await schemaOf(again)).toEqual({ current: previous.schema + 1, highest: previous.schema + 1 });
    const young = await start();
    await useThrough(again.url, young.url);
    await useThrough(young.url, again.url);
  });
});
