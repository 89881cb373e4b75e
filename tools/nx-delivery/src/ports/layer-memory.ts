import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { LayerMemory } from '@ehr/delivery-gate';

/**
 * The layers in which the gate found nothing, as empty files in `directory`. It is the memory of these very rules: another
 * version of the gate, or of the packages it takes its formats from, remembers nothing of this one's.
 */
export function createLayerMemory(directory: string): LayerMemory {
  let rules: string | undefined;
  const fileOf = (key: string) => {
    rules ??= hashOfRules();
    return join(directory, createHash('sha256').update(`${rules} ${key}`).digest('hex'));
  };
  return {
    isClean: async (key) => existsSync(fileOf(key)),
    rememberClean: async (key) => {
      await mkdir(directory, { recursive: true });
      await writeFile(fileOf(key), '');
    },
  };
}

function hashOfRules(): string {
  const require = createRequire(import.meta.url);
  const root = dirname(dirname(require.resolve('@ehr/delivery-gate')));
  const files = globSync('{package.json,src/**/*.ts}', { cwd: root }).sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}
