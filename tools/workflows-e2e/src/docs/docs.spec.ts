import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SourceFile } from '../lint/finding.ts';
import { readSource, workspace } from '../lint/shipped-files.ts';
import type { Known } from './check-command.ts';
import { commandsIn } from './commands.ts';
import { deadLinks } from './dead-links.ts';
import { readKnown } from './read-known.ts';
import { wrongCommands } from './wrong-commands.ts';

let known: Known;
let docs: readonly SourceFile[];
beforeAll(async () => {
  known = await readKnown();
  const names = (await readdir(join(workspace, 'docs'), { recursive: true })).filter((name) =>
    name.endsWith('.md'),
  );
  docs = await Promise.all(
    ['README.md', ...names.sort().map((name) => `docs/${name}`)].map((path) => readSource(path)),
  );
});

const wrong = (content: string) => wrongCommands([{ path: 'a.md', content }], known).map(({ says }) => says);

describe('the documentation', () => {
  it('names only commands that can be run', () => {
    expect(docs.flatMap(({ content }) => commandsIn(content)).length).toBeGreaterThan(50);
    expect(wrongCommands(docs, known)).toEqual([]);
  });

  it('has no dead link', () => {
    expect(deadLinks(docs, (path) => existsSync(join(workspace, path)))).toEqual([]);
  });
});

describe('a command', () => {
  it.each([
    ['nx deploy ehr-app', 'there is no project "ehr-app"'],
    ['npx nx shipit ehr-api', 'ehr-api has no target "shipit"'],
    ['nx deploy ehr-api --dryrun', 'deploy has no option --dryrun'],
    ['nx deploy ehr-api -c production', 'there is no environment "production"'],
    ['nx run ehr-api:deploy:live', 'there is no environment "live"'],
    ['npx nx run-many -t lint tests', 'no project has a target "tests"'],
    ['npm run demo', 'there is no npm script "demo"'],
    ['npm run deliver -- run ehr-api:deploy:staging --wait', 'deploy has no option --wait'],
    ['API_IMAGE_TAG=v1.0.0 ./deploy.sh prod upp', 'deploy.sh has no verb "upp"'],
    ['./deploy.sh production up', 'there is no environment "production"'],
    ['gh workflow run build.yml', 'there is no workflow build.yml'],
    ['gh workflow run manual-build.yml -f env=prod', 'the workflow has no input env'],
    ['gh workflow run manual-build.yml -f environment=live', 'environment cannot be live'],
    ['gh run list --workflow=build.yml', 'there is no workflow build.yml'],
    ['gh secret set DOKPLOY_URL --env dev', 'no workflow reads secrets.DOKPLOY_URL'],
    ['docker pull yourname/ehr-api:dev --no-cache', 'docker pull has no --no-cache'],
    ['docker compose --file a.yml up --fresh', 'docker compose up has no --fresh'],
    ['docker pul ehr-api', 'docker has no command "pul"'],
    ['--dryrun', 'no target of ours has this option'],
    ['cd here && docker logs --flow it | head', 'docker logs has no --flow'],
  ])('is found wrong: %s', (command, says) => {
    for (const text of [`\`${command}\``, `\`\`\`sh\n${command} # why\n\`\`\``])
      expect(wrong(text)).toEqual([expect.stringContaining(says)]);
  });

  it.each([
    'nx deploy ehr-api --dry-run --no-rehearse',
    'nx run <project>:doctor --configuration=<environment>',
    'npx nx run-many -t deploy --configuration=staging',
    'npm run stop -- --purge',
    'docker run -it --rm ehr-connect/ehr-api:local node --no-such-flag',
    'docker compose up --detach --pull=always',
    './deploy.sh prod exec ehr-api node --version',
    'gh workflow run manual-build.yml -f service=both -f environment=prod -f deploy=true',
  ])('is right: %s', (command) => {
    expect(wrong(`\`${command}\``)).toEqual([]);
  });

  it('is read across lines', () => {
    expect(wrong('```sh\ndocker pull \\\n  --no-cache a\n```')).toHaveLength(1);
  });
});

describe('a link', () => {
  const dead = (content: string) =>
    deadLinks(
      [
        { path: 'docs/a.md', content },
        { path: 'docs/b.md', content: '# The `one` & only\n# Two\n# Two\n' },
      ],
      (path) => ['docs/a.md', 'docs/b.md', 'README.md'].includes(path),
    ).map(({ says }) => says);

  it('is found dead when there is no such file or heading', () => {
    expect(dead('[c](c.md) [up](../../README.md) [b](b.md#three) [self](#nowhere)')).toEqual([
      'there is no docs/c.md',
      'there is no ../README.md',
      'docs/b.md has no heading #three',
      'docs/a.md has no heading #nowhere',
    ]);
  });

  it('is alive when there is', () => {
    expect(
      dead(
        '# Here\n[b](b.md#the-one--only) [b](./b.md#two-1) [r](../README.md) [h](#here) [w](https://x.org/y)',
      ),
    ).toEqual([]);
  });
});
