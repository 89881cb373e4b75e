import { coreError } from '@ehr/delivery-core';
import { describe, expect, it } from 'vitest';
import { type BoardWorld, createBoardWorld, tellStory } from '../test/board-world.ts';
import { type Board, createBoard } from './create-board.ts';
import { renderPage } from './render/page.ts';

/** A page as people read it: its text, without markup. */
async function read(
  { ports }: BoardWorld,
  path: string,
  search: string | null = null,
  board: Board = createBoard(ports),
): Promise<string> {
  const page = await board.page({ path, search });
  if (page === null) throw new Error(`There is no ${path}.`);
  const whole = await renderPage(page, { isServed: true, services: ports.services });
  return whole
    .replace(/<style>.*<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ');
}

async function story(): Promise<BoardWorld> {
  const world = createBoardWorld();
  await tellStory(world);
  return world;
}

describe('what promoting would ship', () => {
  it('is the commits, the migrations, what a server pulls and the tags, and why it is refused', async () => {
    const text = await read(await story(), 'between-staging-prod.html');
    expect(text).toContain('2 commits, 1 migration of the schema, 1.0 kB for a server to pull');
    expect(text).toMatch(/! refused prod was rolled back to \w{12}/);
    expect(text).toContain("npx nx promote ehr-api -c prod --from=staging --unfreeze='why'");
    expect(text).toMatch(/Second feature .* Break it/);
    expect(text).toContain('ehr-web Nothing: both run the same digest.');
  });

  it('is nothing where something newer runs', async () => {
    const world = await story();
    // A hotfix that went to staging alone.
    world.commit('ehr-web', 'Hotfix');
    await world.ship('ehr-web', 'staging');
    expect(await read(world, 'between-dev-staging.html')).toMatch(
      /ehr-web Nothing: staging runs .* which is newer/,
    );
  });

  it('is what the promotion then does', async () => {
    const world = await story();
    const before = await read(world, 'between-dev-staging.html');
    expect(before).toContain('Search by birth date');
    expect(await world.promote('ehr-api', 'dev', 'staging')).toBe('deployed');
    expect(await read(world, 'between-dev-staging.html')).toContain(
      'ehr-api Nothing: both run the same digest.',
    );
  });
});

describe('a timeline', () => {
  it('tells releases, rollbacks and undone rollouts apart, in the span that is asked for', async () => {
    const world = await story();
    const year = await read(world, 'timeline-ehr-api-365.html');
    expect(year).toMatch(/rolled back 1\.0\.0 \w{7} \w{12} rollback to v1\.0\.0/);
    expect(year).toMatch(/undone and blocked \w{7} \w{12} It is sick\./);
    expect(year).toContain('release of v1.1.0');
    const day = await read(world, 'timeline-ehr-api-1.html');
    expect(day).not.toContain('release of v1.1.0');
    expect(await read(world, 'timeline-ehr-web-1.html')).toContain('Nothing happened in a day.');
  });

  it('tells of runs that gave way, with the CI run’s address, also where nothing was built', async () => {
    const world = await story();
    const ports = world.of('ehr-web', 'dev');
    const first = { ...ports.world };
    world.commit('ehr-web', 'Newer');
    await world.ship('ehr-web', 'dev');
    Object.assign(ports.run, { address: 'https://github.com/acme/ehr/actions/runs/8' });
    const { fingerprint, revision, built } = first;
    Object.assign(ports.world, { fingerprint, revision, built });
    delete ports.world.tags[`fingerprint-${fingerprint}`];
    expect(await world.ship('ehr-web', 'dev')).toBe('superseded');
    expect(await read(world, 'timeline-ehr-web-1.html')).toMatch(
      /dev superseded \w{7} dev runs commit \w{7}, which is newer; nothing was rolled out\. github.com\/acme\/ehr\/actions\/runs\/8/,
    );
  });

  it('leads to the CI run where there is one', async () => {
    const world = createBoardWorld();
    const ports = world.of('ehr-api', 'dev');
    Object.assign(ports.run, { address: 'https://github.com/acme/ehr/actions/runs/7' });
    world.commit('ehr-api', 'Feature');
    await world.ship('ehr-api', 'dev');
    expect(await read(world, 'timeline-ehr-api-30.html')).toContain('github.com/acme/ehr/actions/runs/7');
  });
});

describe('a service that an environment has no settings for', () => {
  it('is no alarm, and not compared', async () => {
    const world = await story();
    const open: typeof world.ports.open = async (service, environment) => {
      if (service === 'ehr-web' && environment === 'prod')
        throw coreError('OPTIONS_INVALID', 'WEB_PUBLIC_URL is not set for prod.');
      return world.ports.open(service, environment);
    };
    const board = createBoard({ ...world.ports, open });
    const text = await read(world, 'index.html', null, board);
    expect(text).toContain('– not set up WEB_PUBLIC_URL is not set for prod.');
    expect(text).not.toContain('cannot be read');
    expect(text).toContain('ehr-web: dev → staging');
    expect(text).not.toContain('ehr-web: staging → prod');
  });
});

describe('a lock', () => {
  it('is of a run that was killed when it shows no sign of life for minutes', async () => {
    const world = await story();
    world.work('ehr-api', 'dev', 'await-rollout', 'run ffffffffffff');
    const board = createBoard(world.ports);
    const look = () => read(world, 'index.html', null, board);
    expect(await look()).toContain('deploy under way');
    world.later(100_000);
    expect(await look()).toContain('deploy under way');
    world.later(100_000);
    expect(await look()).toContain('a run was killed');
    expect(await look()).not.toContain('deploy under way');
  });
});

describe('an image', () => {
  const imageOf = (world: BoardWorld, letter: 'prod' | 'dev') =>
    `image-ehr-api-${world.of('ehr-api', letter).world.running?.image.digest.slice(7, 19) ?? ''}.html`;

  it('has its tags, layers, provenance, signature, components and what the gate accepted', async () => {
    const world = await story();
    const text = await read(world, imageOf(world, 'prod'));
    for (const tag of ['1.0', 'v1.0.0', '1.0.0', 'latest', 'prod']) expect(text).toContain(` ${tag} `);
    expect(text).toContain('version 1.0.0');
    expect(text).toContain('linux/amd64: 1.0 kB in 1 layer, of which 1.0 kB are shared by all platforms');
    expect(text).toContain('node:24-slim');
    expect(text).toContain('3 of 3');
    expect(text).toContain('The sample of a document, which opens nothing.');
  });

  it('is searched for a component', async () => {
    const world = await story();
    const text = await read(world, imageOf(world, 'dev'), 'FAST');
    expect(text).toContain('1 of 3');
    expect(text).toContain('fastify');
    expect(text).not.toContain('zod');
  });
});

describe('what a release would move', () => {
  it('is told for the next patch, minor and major version', async () => {
    const text = await read(await story(), 'index.html');
    expect(text).toMatch(/v1\.1\.1 v1\.1\.1 1\.1\.1 1\.1 \(now \w{12} \) 1 \(now \w{12} \) latest/);
    expect(text).toMatch(/v1\.2\.0 v1\.2\.0 1\.2\.0 1\.2 \(new\) 1 \(now/);
    expect(text).toMatch(/ehr-web v1\.0\.0 v1\.0\.0 1\.0\.0 1\.0 \(new\)/);
  });
});
