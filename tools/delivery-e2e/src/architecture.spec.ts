import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProjectGraphAsync, workspaceRoot } from '@nx/devkit';
import { expect, it } from 'vitest';

const DOCUMENT = join(workspaceRoot, 'docs/ARCHITECTURE.md');
const BLOCK = /(?<=<!-- drawn from the graph -->\n\n)```mermaid\n[\s\S]*?```/;
/** From the top of the picture down; what only tests is left out. */
const KINDS = ['app', 'plugin', 'adapter', 'kit', 'core', 'model'];

/** The picture that the code itself gives: projects by kind, and who imports whom. */
async function drawGraph(): Promise<string> {
  const { nodes, dependencies } = await createProjectGraphAsync({
    exitOnError: false,
    resetDaemonClient: true,
  });
  const kindOf = (name: string) =>
    nodes[name]?.data.tags?.find((tag) => tag.startsWith('type:'))?.replace('type:', '') ?? '';
  const shown = Object.keys(nodes)
    .filter((name) => KINDS.includes(kindOf(name)) && !name.endsWith('-e2e'))
    .sort();
  const groups = KINDS.flatMap((kind) => {
    const members = shown.filter((name) => kindOf(name) === kind);
    return members.length === 0
      ? []
      : [`  subgraph ${kind}`, ...members.map((name) => `    ${name}`), '  end'];
  });
  const arrows = shown.flatMap((name) =>
    [...new Set((dependencies[name] ?? []).map(({ target }) => target))]
      .filter((target) => shown.includes(target))
      .sort()
      .map((target) => `  ${name} --> ${target}`),
  );
  return ['```mermaid', 'flowchart TD', ...groups, ...arrows, '```'].join('\n');
}

it(
  'docs/ARCHITECTURE.md shows the graph as the code has it (UPDATE_DOCS=1 draws it anew)',
  { timeout: 120_000 },
  async () => {
    const drawn = await drawGraph();
    if (process.env['UPDATE_DOCS'] === '1') {
      writeFileSync(
        DOCUMENT,
        readFileSync(DOCUMENT, 'utf8').replace(BLOCK, () => drawn),
      );
    }
    expect(BLOCK.exec(readFileSync(DOCUMENT, 'utf8'))?.[0]).toBe(drawn);
  },
);
