import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A hash of the gate's own sources and of the versions it takes formats from: with other rules it is another. */
export function rulesVersion(): string {
  const root = join(import.meta.dirname, '..');
  const hash = createHash('sha256');
  for (const file of globSync('{package.json,src/**/*.ts}', { cwd: root }).sort())
    hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}
