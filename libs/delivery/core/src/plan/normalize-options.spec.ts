import { describe, expect, it } from 'vitest';
import { DeliveryError, normalizeOptions } from '../index.ts';

const good = {
  service: 'ehr-api',
  environment: 'local',
  registry: '127.0.0.1:5050',
  namespace: 'ehr-connect',
  platforms: ['linux/amd64'],
  healthPath: '/health',
  probes: 3,
  timeoutSeconds: 120,
  smokeTest: true,
  dryRun: false,
  release: null,
  unblock: null,
  unfreeze: null,
  rollOut: true,
  waitSeconds: 0,
};

function problemsOf(changes: Record<string, unknown>): string {
  try {
    normalizeOptions({ ...good, ...changes });
  } catch (error) {
    if (error instanceof DeliveryError && error.code === 'OPTIONS_INVALID') return error.message;
  }
  return 'no error';
}

describe('normalizeOptions', () => {
  it('accepts good options as they are', () => {
    expect(normalizeOptions(good)).toEqual(good);
  });

  it.each([
    [
      { environment: 'production' },
      'environment: must be one of local, dev, staging, prod; it is "production"',
    ],
    [{ registry: 'https://docker.io' }, 'registry: must be a host with optional port'],
    [{ registry: 'docker.io/x' }, 'registry: must be a host with optional port'],
    [
      { namespace: 'Acme' },
      'namespace: must be a Docker Hub user or organisation, in lower case; it is "Acme"',
    ],
    [{ platforms: [] }, 'platforms: must name at least one platform'],
    [{ platforms: ['amd64'] }, 'platforms.0: must be os/architecture'],
    [{ healthPath: 'health' }, 'healthPath: must be a path that starts with /'],
    [{ probes: 0 }, 'probes: must be at least 1; it is 0'],
    [{ probes: 1.5 }, 'probes: must be a whole number'],
    [{ timeoutSeconds: -1 }, 'timeoutSeconds: must be more than 0'],
    [{ service: undefined }, 'service: is required'],
    [{ unblock: 'ok' }, 'unblock: must say why, in at least 8 characters; it is "ok"'],
    [{ release: '1.2.3' }, 'release: must be a version tag such as v1.2.3 or v1.2.3-rc.1; it is "1.2.3"'],
    [{ colour: 'red' }, 'colour: there is no such option'],
  ])('refuses %j', (changes, sentence) => {
    expect(problemsOf(changes)).toContain(sentence);
  });

  it('names every problem in one message', () => {
    const message = problemsOf({ environment: 'x', probes: 0, namespace: '' });
    expect(['environment:', 'probes:', 'namespace:'].filter((name) => message.includes(name))).toHaveLength(
      3,
    );
  });
});
