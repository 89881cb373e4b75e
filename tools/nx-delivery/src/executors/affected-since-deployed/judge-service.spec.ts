import { DeliveryError } from '@ehr/delivery-core';
import { describe, expect, it } from 'vitest';
import { judgeService } from './judge-service.ts';

const fail = (code: string) => async () => {
  throw new DeliveryError(code, 'It is so.', { hint: '' });
};
const digest = `sha256:${'b'.repeat(64)}` as const;
const fingerprint = 'f'.repeat(64);

/** Staging through ports that know one image; `journal` are tags of entries. */
function staging(
  changes: { runs?: string; journal?: readonly string[]; observe?: () => Promise<never> } = {},
) {
  const { runs = fingerprint, journal = [] } = changes;
  const identity = { service: 'ehr-api', version: '1', revision: 'r', fingerprint: runs };
  const nothing = async () => undefined as never;
  const ports = {
    source: {
      source: async () => ({ revision: 'a'.repeat(40), branch: 'staging', dirty: false }),
      fingerprint: async () => fingerprint,
      commits: nothing,
    },
    registry: {
      name: 'registry/ehr-api',
      resolve: async (tag: string) => (tag === `fingerprint-${fingerprint}` ? digest : null),
      listTags: async () => journal,
      push: nothing,
      tag: nothing,
      describe: nothing,
      record: nothing,
      missingBytes: nothing,
      readEntry: nothing,
    },
    target: {
      name: 'Dokploy compose ehr-api',
      observe:
        changes.observe ??
        (async () => ({
          image: `registry/ehr-api:staging@${digest}`,
          healthUrl: 'https://x/health',
          revision: null,
          version: null,
        })),
      smokeTest: null,
      variablesFor: () => ({}),
      trigger: nothing,
      explainOld: nothing,
      settle: nothing,
    },
    prober: {
      probe: async () =>
        ({ kind: 'answer', status: 200, body: { status: 'pass', ...identity, checks: {} } }) as const,
    },
  };
  const options = { service: 'ehr-api', environment: 'staging', release: null } as never;
  return async () => ({ options, ports });
}

describe('judgeService', () => {
  it('says what runs and what would', async () => {
    expect(await judgeService('ehr-api', staging({ runs: 'a'.repeat(64) }))).toEqual({
      service: 'ehr-api',
      runs: 'aaaaaaaaaaaa',
      wouldBe: 'ffffffffffff',
      needed: true,
      why: 'it runs fingerprint aaaaaaaaaaaa, this checkout is ffffffffffff',
    });
    expect(await judgeService('ehr-api', staging())).toMatchObject({
      needed: false,
      why: 'Dokploy compose ehr-api runs it already',
    });
  });

  it('tells of a freeze and of a block, that a deploy would meet', async () => {
    const journal = [
      'journal-20260101T000000000Z-staging-frozen-aaaaaaaaaaaa',
      'journal-20260101T000000001Z-staging-blocked-bbbbbbbbbbbb',
    ];
    const { needed, why } = await judgeService('ehr-api', staging({ runs: 'a'.repeat(64), journal }));
    expect([needed, why.split('; ').slice(1)]).toEqual([
      true,
      [
        'staging is frozen after a rollback: a deploy is refused until it is unfrozen',
        'the image is blocked: a deploy is refused until it is unblocked',
      ],
    ]);
  });

  it('counts what cannot be asked as needing a deploy', async () => {
    expect(await judgeService('ehr-api', staging({ observe: fail('TARGET_UNAVAILABLE') }))).toMatchObject({
      needed: true,
      why: 'what runs there is not known: It is so.',
    });
  });

  it('does not guess for an environment that is not set up', async () => {
    expect(await judgeService('ehr-api', fail('OPTIONS_INVALID'))).toMatchObject({
      needed: null,
      why: 'not set up: It is so.',
    });
  });
});
