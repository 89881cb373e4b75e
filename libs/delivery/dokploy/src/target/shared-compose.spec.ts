import { setTimeout as wait } from 'node:timers/promises';
import { formatReference } from '@ehr/delivery-core';
import { expect, it } from 'vitest';
import { arrange, pinOf, quiet, realClock } from '../../test/arrange.ts';

/** Delays that differ from round to round, without chance. */
function uneven(seed: number): typeof fetch {
  let count = seed;
  return async (...request) => {
    count = (count * 1103515245 + 12345) % 2147483648;
    await wait((count >> 8) % 20);
    return fetch(...request);
  };
}

it('deploys two services of one compose at the same time: what is called done is pinned and runs', async () => {
  const { service: compose, target: targetOf } = await arrange('compose');
  const services = ['api', 'web'].map(
    (name) =>
      `  ehr-${name}:\n    image: docker.io/acme/ehr-${name}:\${${name.toUpperCase()}_IMAGE_TAG:-none}\n`,
  );
  Object.assign(compose.row, { composeFile: `services:\n${services.join('')}`, env: 'KEEP=1' });
  const deploy = async (name: string, round: number) => {
    const service = `ehr-${name}`;
    const pin = pinOf(round.toString(16));
    const repository = { registry: 'docker.io', repository: `acme/${service}` };
    const image = { ...pin.image, ...repository };
    const target = targetOf({
      ...{ service, repository, variablePrefix: name.toUpperCase() },
      ...{ clock: realClock, timeoutMs: 20_000, pollMs: 2, graceMs: 500 },
      fetch: uneven(round * 2 + name.length + name.charCodeAt(0)),
    });
    await target.trigger({ ...pin, image });
    await target.settle(quiet);
    return { service, image: formatReference(image) };
  };

  let done = 0;
  for (let round = 1; round <= 15; round += 1) {
    const results = await Promise.allSettled([deploy('api', round), deploy('web', round)]);
    for (const result of results) {
      if (result.status === 'rejected') {
        expect(result.reason).toMatchObject({ code: 'DOKPLOY_PIN_LOST' });
      } else {
        done += 1;
        expect(compose.running.images[result.value.service], `round ${round}`).toBe(result.value.image);
      }
    }
    expect(compose.row.env).toContain('KEEP=1');
  }
  expect(done).toBeGreaterThan(20);
});
