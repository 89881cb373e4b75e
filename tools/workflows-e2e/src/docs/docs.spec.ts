import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { documentation, projectDocuments, workspace } from '../lint/source-files.ts';
import { commandsIn, deadLinks, readNames, wrongName } from './check-docs.ts';

const names = readNames();
const wrong = (content: string) => commandsIn(content).map((command) => wrongName(command, names));

it('the documents name only targets, options and scripts that are there', async () => {
  const commands = (await documentation()).flatMap(({ content }) => commandsIn(content));
  expect(commands.length).toBeGreaterThan(50);
  const found = commands.map((command) => ({ command, wrong: wrongName(command, names) }));
  expect(found.filter((one) => one.wrong !== undefined)).toEqual([]);
});

it('the documents link only to files and headings that are there', async () => {
  const read = (path: string) => {
    const file = join(workspace, path);
    if (!existsSync(file)) return undefined;
    return statSync(file).isFile() ? readFileSync(file, 'utf8') : '';
  };
  for (const doc of await documentation()) expect(deadLinks(doc, read), doc.path).toEqual([]);
});

it('every project has a README of one screen', async () => {
  const documents = await projectDocuments();
  expect(documents.length).toBeGreaterThan(15);
  const long = documents.filter(({ content }) => content.split('\n').length > 40);
  expect(long.map(({ path }) => path)).toEqual([]);
});

it('every decision has a file of its own with its status', async () => {
  const decisions = (await documentation()).filter(({ path }) => path.startsWith('docs/decisions/'));
  expect(decisions.length).toBeGreaterThan(40);
  const form = /^# .+\n\n\*\*Status:\*\* (accepted|superseded by|changed on)/;
  expect(decisions.filter(({ content }) => !form.test(content)).map(({ path }) => path)).toEqual([]);
});

it.each([
  ['nx deploy ehr-app', 'ehr-app:deploy'],
  ['npx nx run <project>:shipit:prod', '<project>:shipit'],
  ['npx nx run-many -t lint tests', '…:tests'],
  ['nx deploy ehr-api --dryrun', '--dryrun'],
  ['npm run deliver -- run ehr-api:deploy:staging --wait', '--wait'],
  ['A=b npm run demo', 'demo'],
  ['--dryrun', '--dryrun'],
])('a wrong name is found in `%s`', (command, name) => {
  expect(wrong(`\`${command}\``)).toEqual([name]);
  expect(wrong(`\`\`\`sh\ncd here && ${command} # why\n\`\`\``)).toEqual([name]);
});

it.each([
  'nx deploy ehr-api --dry-run --no-json',
  'nx run <project>:doctor --configuration=<environment>',
  'npx nx affected -t lint typecheck --parallel 2',
  'npm run stop -- --purge',
])('no wrong name is found in `%s`', (command) => {
  expect(wrong(`\`${command}\``)).toEqual([undefined]);
});

it('a link is dead when there is no such file or heading', () => {
  const read = (path: string) => ({ 'docs/b.md': '# The `one` & only\n', 'README.md': '' })[path];
  const dead = ['c.md', '../../README.md', 'b.md#two', '#nowhere'];
  const alive = ['./b.md#the-one--only', '../README.md', '#here', 'https://x.org/y'];
  const content = `# Here\n${[...dead, ...alive].map((link) => `[to](${link})`).join(' ')}`;
  expect(deadLinks({ path: 'docs/a.md', content }, read)).toEqual(dead);
});
