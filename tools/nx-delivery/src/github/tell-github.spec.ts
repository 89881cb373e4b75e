import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan, Report } from '@ehr/delivery-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { summarizeRefusal, tellGithub } from './tell-github.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ehr-github-'));
});
afterAll(() => rm(directory, { recursive: true }));

const digest = `sha256:${'b'.repeat(64)}` as const;
const plan = {
  service: 'ehr-api',
  environment: 'staging',
  revision: 'f'.repeat(40),
  tags: [{ tag: 'staging-fffffff' }, { tag: 'staging' }],
  previous: { image: { digest: `sha256:${'a'.repeat(64)}` }, revision: 'e'.repeat(40) },
} as unknown as Plan;
const report: Report = {
  service: 'ehr-api',
  environment: 'staging',
  outcome: 'deployed',
  verdict: 'verified',
  exit: 0,
  image: `docker.io/acme/ehr-api:staging@${digest}`,
  fingerprint: 'c'.repeat(64),
  revision: 'f'.repeat(40),
  url: 'https://api.example.org/health',
  sentBytes: 4_100_000,
  milliseconds: 34_000,
  steps: [
    {
      kind: 'push-image',
      outcome: 'done',
      message: '4.1 MB sent | <b> ![x](https://example.org/x)',
      milliseconds: 1,
    },
  ],
  warnings: [],
  supersededBy: null,
  error: null,
};
const ports = {
  registry: {
    journal: {
      read: async () => ({
        entries: [
          {
            kind: 'released',
            environment: 'prod',
            digest: `sha256:${'03995a1f4e01'.padEnd(64, '0')}`,
            at: '2026-11-23T16:20:44.957Z',
          },
        ],
      }),
    },
  },
  source: { commits: async () => [{ revision: 'd'.repeat(40), subject: 'Faster search' }] },
} as unknown as Parameters<typeof tellGithub>[3];

/** A job with these variables, and what it was warned of. */
const told = (processEnv: Record<string, string>, warnings: string[] = []) => ({
  processEnv,
  warn: (text: string) => void warnings.push(text),
});

describe('in a GitHub Actions job', () => {
  it('writes the summary and the outputs', async () => {
    const env = {
      GITHUB_STEP_SUMMARY: join(directory, 'summary'),
      GITHUB_OUTPUT: join(directory, 'outputs'),
    };
    await tellGithub(told(env), plan, report, ports);
    expect(await readFile(env.GITHUB_OUTPUT, 'utf8')).toBe(
      `verdict=verified\nimage=docker.io/acme/ehr-api:staging@${digest}\ndigest=${digest}\nurl=https://api.example.org/health\n`,
    );
    const summary = await readFile(env.GITHUB_STEP_SUMMARY, 'utf8');
    for (const part of [
      '## ehr-api ✅ is running in staging',
      'ddddddd Faster search',
      '| layers sent | 4.1 MB |',
      '| tags | `staging-fffffff` `staging` |',
      '| prod | `03995a1f4e01` | 2026-11-23T16:20:44.957Z |',
      `-f service=api -f environment=staging -f rollback-to=sha256:${'a'.repeat(64)}`,
      '| push-image | done | `4.1 MB sent \\| <b> ![x](https://example.org/x)` |',
    ]) {
      expect(summary).toContain(part);
    }
  });

  it('warns of files that cannot be written, and rejects for none', async () => {
    const nowhere = join(directory, 'gone', 'file');
    const warnings: string[] = [];
    const env = { GITHUB_STEP_SUMMARY: nowhere, GITHUB_OUTPUT: nowhere };
    await tellGithub(told(env, warnings), plan, report, ports);
    await summarizeRefusal(told(env, warnings), { code: 'X', message: '', hint: '' });
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toContain(`${nowhere} cannot be written (ENOENT`);
  });

  it('writes why a run was refused', async () => {
    const env = { GITHUB_STEP_SUMMARY: join(directory, 'refused') };
    await summarizeRefusal(told(env), { code: 'IMAGE_BLOCKED', message: 'It is.', hint: 'Fix it.' });
    expect(await readFile(env.GITHUB_STEP_SUMMARY, 'utf8')).toContain('IMAGE_BLOCKED  It is.\n→ Fix it.');
  });
});

it('writes nothing elsewhere', async () => {
  await tellGithub(told({}), plan, report, ports);
  await summarizeRefusal(told({}), { code: 'X', message: '', hint: '' });
});
