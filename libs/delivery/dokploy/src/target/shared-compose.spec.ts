import { realClock } from '../../test/arrange.ts';
import { Secret, formatReference } from '@ehr/delivery-core';
import { startFakeDokploy, type FakeDokploy } from '@ehr/testing-fakes';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDokployTarget } from '../index.ts';

let fake: FakeDokploy;
beforeEach(async () => {
  fake = await startFakeDokploy();
});
afterEach(() => fake.stop());

const digest = (index: number) => `sha256:${index.toString(16).padStart(64, '0')}` as const;

it('deploys two services of one compose at the same time: what is called done is pinned and runs', async () => {
  const composeFile = ['api', 'web']
    .map(
      (name) =>
        `  ehr-${name}:\n    image: docker.io/acme/ehr-${name}:\${${name.toUpperCase()}_IMAGE_TAG:-none}\n`,
    )
    .join('');
  const kind = 'compose';
  const compose = fake.addService({
    ...{ name: 'ehr', kind, sourceType: 'raw' },
    composeFile: `services:\n${composeFile}`,
  });
  compose.row.env = 'KEEP=1';
  /** Delays that differ from round to round, without chance. */
  const uneven = (seed: number): typeof fetch => {
    let count = seed;
    return async (...request) => {
      count = (count * 1103515245 + 12345) % 2147483648;
      await wait((count >> 8) % 20);
      return fetch(...request);
    };
  };
  const deploy = async (name: string, round: number) => {
    const repository = { registry: 'docker.io', repository: `acme/ehr-${name}` };
    const target = createDokployTarget({
      ...{ url: fake.url, apiKey: new Secret(fake.ownerKey), kind, id: compose.id, repository },
      ...{
        service: `ehr-${name}`,
        variablePrefix: name.toUpperCase(),
        publicUrl: 'http://x',
        healthPath: '/',
      },
      ...{
        clock: realClock,
        timeoutMs: 20_000,
        pollMs: 2,
        graceMs: 500,
        fetch: uneven(round * 2 + name.length + name.charCodeAt(0)),
      },
    });
    const image = { ...repository, tag: 'dev', digest: digest(round) };
    await target.trigger({ image, revision: 'r', version: String(round) });
    await target.settle(() => undefined);
    return { name: `ehr-${name}`, image: formatReference(image) };
  };

  let done = 0;
  for (let round = 1; round <= 15; round += 1) {
    const results = await Promise.allSettled([deploy('api', round), deploy('web', round)]);
    for (const result of results) {
      if (result.status === 'rejected') {
        expect(result.reason).toMatchObject({ code: 'DOKPLOY_PIN_LOST' });
      } else {
        done += 1;
        expect(compose.running.images[result.value.name], `round ${round}`).toBe(result.value.image);
      }
    }
    expect(compose.row.env).toContain('KEEP=1');
  }
  expect(done).toBeGreaterThan(20);
});
