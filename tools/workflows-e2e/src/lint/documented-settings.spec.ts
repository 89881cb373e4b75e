import { describe, expect, it } from 'vitest';
import { documentedSettings } from './documented-settings.ts';
import { pipelineFiles, readSource } from './source-files.ts';

const workflow = { path: 'one.yml', content: 'A: ${{ secrets.KEY }}\nB: ${{ vars.PLACE }}\n' };
const documentation = (...rows: string[]) => ({ path: 'SETUP.md', content: `${rows.join('\n')}\n` });

describe('documentedSettings', () => {
  it('finds that every secret and variable of the shipped workflows is documented, and no other', async () => {
    expect(
      documentedSettings(await pipelineFiles(), await readSource('docs/GITHUB_ACTIONS_SETUP.md')),
    ).toEqual([]);
  });

  it('finds what has no row, what is called by the wrong kind, and what nothing reads', () => {
    const rows = ['| Name | Kind | |', '| `PLACE` | secret | where |'];
    expect(
      documentedSettings([workflow], documentation(...rows)).map(({ rule, says }) => `${rule}: ${says}`),
    ).toEqual([
      'undocumented-setting: the secret KEY is not in SETUP.md',
      'undocumented-setting: the variable PLACE is not in SETUP.md',
      'unused-setting: no workflow reads the secret PLACE',
    ]);
    expect(
      documentedSettings([workflow], documentation('| `KEY` | secret | |', '| `PLACE` | variable | |')),
    ).toEqual([]);
  });
});
