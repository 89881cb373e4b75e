import { describe, expect, it } from 'vitest';
import { deploySchema, rollbackSchema } from './option-schemas.ts';
import { parseOptions } from './parse-options.ts';

const problemsOf = (changes: Record<string, unknown>): string => {
  try {
    parseOptions(deploySchema, { variablePrefix: 'API', ...changes });
  } catch (error) {
    expect(error).toMatchObject({ code: 'OPTIONS_INVALID' });
    return (error as Error).message;
  }
  return 'no error';
};

describe('parseOptions', () => {
  it('completes what is not given', () => {
    expect(parseOptions(deploySchema, { variablePrefix: 'API' })).toEqual({
      variablePrefix: 'API',
      allowOlder: null,
      environment: 'local',
      platforms: ['linux/amd64', 'linux/arm64'],
      healthPath: '/health',
      timeoutSeconds: 120,
      waitSeconds: 0,
      smokeTest: true,
      rollOut: true,
      dryRun: false,
      json: false,
      release: null,
      unblock: null,
      unfreeze: null,
    });
  });

  it('takes an empty text for none, as a pipeline passes it', () => {
    const options = { variablePrefix: 'API', release: '', unblock: '', unfreeze: '', plan: '' };
    const none = { release: null, unblock: null, unfreeze: null };
    expect(parseOptions(deploySchema, options)).toMatchObject(none);
    // What Nx makes of an empty text.
    const zeros = { variablePrefix: 'API', release: 0, unblock: 0, unfreeze: 0, plan: 0 };
    expect(parseOptions(deploySchema, zeros)).toMatchObject(none);
  });

  it('takes what came past Nx as it was written', () => {
    const texts = { DELIVERY_TEXT_OPTIONS: '{"to":"12e4567"}' };
    expect(parseOptions(rollbackSchema, { environment: 'staging' }, texts)).toMatchObject({ to: '12e4567' });
  });

  it.each([
    [
      { unfreeze: 12345678 },
      'unfreeze: Nx makes a number of what is written in digits, and it is 12345678 now;',
    ],
    [
      { environment: 'production' },
      'environment: must be one of local, dev, staging, prod; it is "production"',
    ],
    [{ platforms: [] }, 'platforms: must name at least one platform'],
    [{ platforms: ['amd64'] }, 'platforms.0: must be os/architecture'],
    [{ healthPath: 'health' }, 'healthPath: must be a path that starts with /'],
    [{ timeoutSeconds: -1 }, 'timeoutSeconds: must be more than 0'],
    [{ variablePrefix: undefined }, 'variablePrefix: is required'],
    [{ unblock: 'ok' }, 'unblock: must say why, in at least 8 characters; it is "ok"'],
    [{ release: '1.2.3' }, 'release: must be a version tag such as v1.2.3 or v1.2.3-rc.1; it is "1.2.3"'],
    [{ colour: 'red' }, 'colour: there is no such option'],
  ])('refuses %j', (changes, message) => {
    expect(problemsOf(changes)).toContain(message);
  });

  it('names every problem in one message', () => {
    const message = problemsOf({ environment: 'x', timeoutSeconds: 0, healthPath: 'x' });
    const names = ['environment:', 'timeoutSeconds:', 'healthPath:'];
    expect(names.filter((name) => message.includes(name))).toEqual(names);
  });
});
