import { setTimeout as wait } from 'node:timers/promises';
import { formatReference } from '@ehr/delivery-core';
import { describe, expect, it } from 'vitest';
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

describe('two services of one compose, neither of which was deployed', () => {
  const arrangeTwo = async (form: (variable: string) => string, env: string) => {
    const arranged = await arrange('compose');
    const { service: compose, target } = arranged;
    const services = ['api', 'web'].map(
      (name) =>
        `  ehr-${name}:\n    image: docker.io/acme/ehr-${name}:${form(`${name.toUpperCase()}_IMAGE_TAG`)}\n`,
    );
    Object.assign(compose.row, { composeFile: `services:\n${services.join('')}`, env });
    const deploy = async (name: string) => {
      const repository = { registry: 'docker.io', repository: `acme/ehr-${name}` };
      const of = { service: `ehr-${name}`, repository, variablePrefix: name.toUpperCase() };
      const ours = target(of);
      await ours.trigger({ ...pinOf('2'), image: { ...pinOf('2').image, ...repository } });
      await ours.settle(quiet);
    };
    return { ...arranged, compose, deploy };
  };

  it('get their first deploys one by one where the file leaves out what was never deployed', async () => {
    const form = (name: string) => `\${${name}:-none}\n    profiles: ['\${${name}:+deployed}']`;
    const { compose, deploy } = await arrangeTwo(form, 'COMPOSE_PROFILES=deployed');
    await deploy('api');
    expect(Object.keys(compose.running.images)).toEqual(['ehr-api']);
    await deploy('web');
    expect(Object.keys(compose.running.images)).toEqual(['ehr-api', 'ehr-web']);
  });

  it('are refused with how to do that where it does not, before any write', async () => {
    const { fake, deploy, failure } = await arrangeTwo((name) => `\${${name}:?}`, 'KEEP=1');
    const error = await failure(deploy('api'));
    expect(error).toMatchObject({ code: 'DOKPLOY_SERVICE_UNFIT', effect: 'none' });
    expect(error.message).toContain('WEB_IMAGE_TAG');
    expect(error.hint).toContain("profiles: ['${WEB_IMAGE_TAG:+deployed}']");
    expect(fake.seen.every(({ method }) => method === 'GET')).toBe(true);
  });
});
