import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commonVariables, portVariable, readEnvironment } from './index.ts';

const schema = z.object({ ...commonVariables, PORT: portVariable(3000) });

describe('readEnvironment', () => {
  it('fills in the defaults, for empty variables too', () => {
    expect(readEnvironment(schema, { PORT: '', HOME: '/root' })).toEqual({
      EHR_ENVIRONMENT: 'local',
      EHR_FINGERPRINT: 'development',
      EHR_REVISION: 'unknown',
      EHR_VERSION: 'unversioned',
      PORT: 3000,
    });
  });

  it('names every bad variable, its rule and no value', () => {
    expect(() => readEnvironment(schema, { PORT: '99999', EHR_ENVIRONMENT: 'produktion' })).toThrowError(
      [
        'The environment has 2 bad variables. Correct it and start again:',
        '  EHR_ENVIRONMENT: must be local, dev, staging or prod; leave it out for local',
        '  PORT: must be a port number, 0 to 65535, such as 3000',
      ].join('\n'),
    );
  });
});
