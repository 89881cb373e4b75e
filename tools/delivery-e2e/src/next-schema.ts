import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checkout, checkOut } from '@ehr/testing-worlds';
import { execa } from 'execa';

/** A checkout with a commit more: a release that adds to the schema. */
export interface NextRelease extends Checkout {
  /** Under which its image is found once it is published from there for `local`. */
  readonly tag: string;
}

/** Adds a migration to ehr-api in a checkout of its own, and commits it. */
export async function commitNextSchema(): Promise<NextRelease> {
  const checkout = await checkOut('next-schema');
  const service = join(checkout.directory, 'apps/ehr-api');
  const dockerfile = join(service, 'Dockerfile');
  const labels = await readFile(dockerfile, 'utf8');
  const own = Number(/connect\.ehr\.schema="(\d+)"/.exec(labels)?.[1]) + 1;
  await writeFile(
    dockerfile,
    labels
      .replace(/connect\.ehr\.schema="\d+"/, `connect.ehr.schema="${own}"`)
      .replace(/connect\.ehr\.schema-highest="\d+"/, `connect.ehr.schema-highest="${own + 1}"`),
  );
  const name = `${String(own).padStart(4, '0')}-next`;
  const migrations = join(service, 'src/database/migrations');
  await writeFile(
    join(migrations, `${name}.ts`),
    `import type { Migration } from './migration.ts';
export const next: Migration = {
  name: '${name}',
  statements: ["alter table resource add column next text not null default ''", 'create index resource_next on resource (next)'],
};
`,
  );
  const index = join(migrations, 'index.ts');
  const text = await readFile(index, 'utf8');
  await writeFile(index, `import { next } from './${name}.ts';\n${text.replace(/\];\s*$/, ', next];\n')}`);
  const git = (...args: string[]) => execa('git', args, { cwd: checkout.directory });
  await git('add', '--all');
  await git(
    '-c',
    'user.name=Test',
    '-c',
    'user.email=test@example.org',
    'commit',
    '-qm',
    'Add to the schema',
  );
  const { stdout: revision } = await git('rev-parse', '--short=7', 'HEAD');
  return { ...checkout, tag: `local-${revision}` };
}
