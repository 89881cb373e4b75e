import { requireOrSkip } from '@ehr/testing-sandbox';
import { describe, expect, it } from 'vitest';
import { shellcheck } from './shellcheck.ts';
import { pipelineFiles, readSource } from './source-files.ts';

describe.skipIf(!requireOrSkip('shellcheck'))('shellcheck', () => {
  it('finds nothing in the commands of the shipped workflows and actions', async () => {
    for (const file of await pipelineFiles()) expect(await shellcheck(file)).toEqual([]);
  });

  it('finds nothing in deploy.sh', async () => {
    expect(await shellcheck(await readSource('deploy.sh'))).toEqual([]);
  });

  it('finds a variable without quotes, in the line of its step', async () => {
    const content = 'jobs:\n  one:\n    steps:\n      - run: echo $NAME\n        env: { NAME: one }\n';
    expect(await shellcheck({ path: 'one.yml', content })).toEqual([
      {
        rule: 'shellcheck SC2086',
        file: 'one.yml',
        line: 4,
        says: expect.stringContaining('quote') as string,
      },
    ]);
  });
});
