import { describe, expect, it } from 'vitest';
import { describesImage, readBuildOrigin, renderProvenance, webAddress } from './provenance.ts';

const digest = `sha256:${'a'.repeat(64)}` as const;
const fingerprint = 'f'.repeat(64);
const facts = {
  service: 'ehr-api',
  version: '1.2.3',
  revision: 'c'.repeat(40),
  fingerprint,
  digest,
  platforms: ['linux/arm64', 'linux/amd64'],
  startedOn: new Date('2026-01-01T00:00:00Z'),
  finishedOn: new Date('2026-01-01T00:01:00Z'),
};
const context = {
  repository: 'docker.io/clinic/ehr-api',
  baseImage: 'node:24-slim',
  dirty: false,
  sourceUrl: 'https://github.com/clinic/ehr',
  builderId: 'https://github.com/clinic/ehr/actions/runs/7',
  invocationId: 'https://github.com/clinic/ehr/actions/runs/7/attempts/1',
};
const text = renderProvenance(facts, context);

describe('renderProvenance', () => {
  it('is an in-toto statement about the image with SLSA’s predicate', () => {
    expect(JSON.parse(text)).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'docker.io/clinic/ehr-api', digest: { sha256: 'a'.repeat(64) } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: 'https://github.com/clinic/ehr/blob/main/docs/SUPPLY_CHAIN.md#build-type',
          externalParameters: { service: 'ehr-api', platforms: ['linux/amd64', 'linux/arm64'] },
          internalParameters: { fingerprint, baseImage: 'node:24-slim', uncommittedChanges: false },
          resolvedDependencies: [
            {
              uri: `git+https://github.com/clinic/ehr@${facts.revision}`,
              digest: { gitCommit: facts.revision },
              name: 'source',
            },
          ],
        },
        runDetails: {
          builder: { id: context.builderId },
          metadata: {
            invocationId: context.invocationId,
            startedOn: '2026-01-01T00:00:00.000Z',
            finishedOn: '2026-01-01T00:01:00.000Z',
          },
        },
      },
    });
  });

  it('names no address where the checkout has none', () => {
    const local = renderProvenance(facts, { ...context, sourceUrl: null, builderId: 'local' });
    expect(local).not.toContain('http://');
    expect(local).not.toContain('git+');
  });
});

describe('describesImage', () => {
  it('takes a provenance for that of its image only', () => {
    expect(describesImage(text, { digest, fingerprint })).toBeNull();
    expect(describesImage(text, { digest: `sha256:${'b'.repeat(64)}`, fingerprint })).toContain(
      'another image',
    );
    expect(describesImage(text, { digest, fingerprint: 'e'.repeat(64) })).toContain(
      'the fingerprint ffffffffffff, the image’s label eeeeeeeeeeee',
    );
  });

  it.each(['', '{}', 'null', '<html>'])('does not take %j for one', (other) => {
    expect(describesImage(other, { digest, fingerprint })).toContain('not a statement');
  });
});

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
