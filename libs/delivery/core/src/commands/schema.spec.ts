import { describe, expect, it } from 'vitest';
import { createRecordingPorts, type RecordingPorts } from '../../test/recording-ports.ts';
import { releaseIn, reportOf, requestOf, run, sayEnvironment, silent } from '../../test/run-deploy.ts';
import { type Digest, promote, rollback } from '../index.ts';

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`;
/** An image that makes this schema, and runs on the next as well. */
const makes = (own: number) => ({ lowest: 0, own, highest: own + 1 });

/** The database as the image made it that makes this schema. */
function databaseAt({ world }: RecordingPorts, schema: number): void {
  world.database = { current: schema, highest: schema + 1 };
}

/** Releases a, b and c, each of which changed the schema once. */
async function threeSchemas(environment: 'staging' | 'local' = 'staging'): Promise<RecordingPorts> {
  const ports = createRecordingPorts({
    schemas: { [digest('a')]: makes(1), [digest('b')]: makes(2), [digest('c')]: makes(3) },
  });
  for (const [index, letter] of ['a', 'b', 'c'].entries()) {
    await releaseIn(environment, ports, letter);
    databaseAt(ports, index + 1);
  }
  return ports;
}

const rollBack = (ports: RecordingPorts, to: string | null) =>
  rollback({ ...requestOf({ environment: 'staging' }), to }, { ...ports, reporter: silent });

describe('a rollback', () => {
  it('goes as far as the schema of the database allows, and refuses beyond it, naming both', async () => {
    const ports = await threeSchemas();
    await expect(rollBack(ports, digest('a'))).rejects.toMatchObject({
      code: 'SCHEMA_BEYOND',
      message: 'The database of staging is at schema 3; this image runs on 0 to 2.',
    });
    expect(ports.calls).toEqual([]);
    expect(reportOf(await rollBack(ports, digest('b')))).toMatchObject({ outcome: 'deployed' });
  });

  it('does not go on from there: the database stayed as it was', async () => {
    const ports = await threeSchemas();
    await rollBack(ports, digest('b'));
    ports.world.database = { current: 3, highest: 3 };
    await expect(rollBack(ports, digest('a'))).rejects.toMatchObject({ code: 'SCHEMA_BEYOND' });
  });

  it('goes by the image of a service that does not answer', async () => {
    const ports = await threeSchemas();
    const mute = { ...ports, prober: { probe: async () => ({ kind: 'silence', message: 'gone' }) as const } };
    await expect(rollBack(mute, digest('a'))).rejects.toMatchObject({
      message: 'The database of staging is at schema 3; this image runs on 0 to 2.',
    });
  });

  it('asks nothing of images without the labels, and of services without a database', async () => {
    const unlabelled = await threeSchemas();
    delete unlabelled.world.schemas[digest('a')];
    expect(reportOf(await rollBack(unlabelled, digest('a')))).toMatchObject({ outcome: 'deployed' });
    const without = await threeSchemas();
    without.world.database = null;
    expect(reportOf(await rollBack(without, digest('a')))).toMatchObject({ outcome: 'deployed' });
  });
});

describe('a promotion', () => {
  const promoteTo = (ports: RecordingPorts) => {
    const origin = {
      environment: 'staging',
      healthUrl: 'http://staging/health',
      prober: ports.prober,
    } as const;
    // Only what answers in prod says what prod's database is at.
    const { world } = ports;
    const prober = {
      probe: async (url: string) => {
        const answer = await ports.prober.probe(url);
        if (answer.kind !== 'answer') return answer;
        const identity = {
          environment: 'prod',
          schema: { current: 1, highest: 2 },
          fingerprint: 'a'.repeat(64),
        };
        return world.running === null
          ? answer
          : { ...answer, body: { ...(answer.body as object), ...identity } };
      },
    };
    return promote(requestOf({ environment: 'prod' }), { ...ports, origin, prober, reporter: silent });
  };

  it('refuses what would take the schema further than what runs could follow', async () => {
    const ports = await threeSchemas();
    await expect(promoteTo(ports)).rejects.toMatchObject({
      code: 'SCHEMA_BEYOND',
      message:
        'This image makes schema 3 of the database; what runs in prod runs on 2 at most, and could neither answer meanwhile nor come back.',
    });
    expect(ports.calls).toEqual([]);
  });
});

describe('a deploy', () => {
  const build = (ports: RecordingPorts, letter: string) => {
    const { world } = ports;
    world.built = digest(letter);
    world.fingerprint = letter.repeat(64);
    world.identities[world.built] = world.fingerprint;
    world.revision = letter.repeat(40);
    world.line.push(world.revision);
  };

  it('is refused once its image is built, before anybody else has it', async () => {
    const ports = await threeSchemas();
    build(ports, 'e');
    ports.world.schemas[digest('e')] = makes(5);
    const { report } = await run(ports, { environment: 'staging' });
    expect(report.error).toMatchObject({ code: 'SCHEMA_BEYOND' });
    expect(ports.calls).toEqual(['build']);
  });

  it('is refused when the registry has the image', async () => {
    const ports = await threeSchemas();
    build(ports, 'e');
    ports.world.schemas[digest('e')] = makes(5);
    ports.world.tags[`fingerprint-${'e'.repeat(64)}`] = digest('e');
    await expect(run(ports, { environment: 'staging' })).rejects.toMatchObject({ code: 'SCHEMA_BEYOND' });
    expect(ports.calls).toEqual([]);
  });

  it('that is not rolled out asks nothing', async () => {
    const ports = await threeSchemas();
    build(ports, 'e');
    ports.world.schemas[digest('e')] = makes(5);
    const { report } = await run(ports, { environment: 'staging', rollOut: false });
    expect(report.error).toBeNull();
  });

  it('on a laptop may take two steps at once, and none back', async () => {
    const ports = await threeSchemas('local');
    build(ports, 'e');
    ports.world.schemas[digest('e')] = makes(5);
    expect((await run(ports)).report).toMatchObject({ outcome: 'deployed' });
    databaseAt(ports, 5);
    sayEnvironment(ports, 'local');
    const back = { ...requestOf(), to: digest('c') };
    await expect(rollback(back, { ...ports, reporter: silent })).rejects.toMatchObject({
      code: 'SCHEMA_BEYOND',
    });
  });
});
