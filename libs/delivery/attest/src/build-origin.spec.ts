import { describe, expect, it } from 'vitest';
import { readBuildOrigin, webAddress } from './build-origin.ts';

describe('readBuildOrigin', () => {
  it('is the run of GitHub Actions', async () => {
    const processEnv = {
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'clinic/ehr',
      GITHUB_RUN_ID: '7',
      GITHUB_RUN_ATTEMPT: '2',
    };
    expect(await readBuildOrigin('/', 'abc', processEnv)).toEqual({
      sourceUrl: 'https://github.com/clinic/ehr',
      builderId: 'https://github.com/clinic/ehr/actions/runs/7',
      invocationId: 'https://github.com/clinic/ehr/actions/runs/7/attempts/2',
    });
  });

  it('is local everywhere else, with the run’s own id', async () => {
    expect(await readBuildOrigin('/', 'abc', {})).toEqual({
      sourceUrl: null,
      builderId: 'local',
      invocationId: 'abc',
    });
  });
});

describe('webAddress', () => {
  it.each([
    ['https://github.com/clinic/ehr.git', 'https://github.com/clinic/ehr'],
    ['https://ada:canary@github.com/clinic/ehr', 'https://github.com/clinic/ehr'],
    ['ssh://git@git.example.org:2222/clinic/ehr.git', 'https://git.example.org/clinic/ehr'],
    ['git@github.com:clinic/ehr.git', 'https://github.com/clinic/ehr'],
    ['/srv/git/ehr', null],
    ['', null],
  ])('reads %s without user, password and ending', (remote, address) => {
    expect(webAddress(remote)).toBe(address);
  });
});
