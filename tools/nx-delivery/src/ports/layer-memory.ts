import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LayerMemory, rulesVersion } from '@ehr/delivery-gate';

/**
 * The layers in which the gate found nothing, as empty files in `directory`. It is the memory of these very rules: another
 * version of the gate, or of the packages it takes its formats from, remembers nothing of this one's.
 */
export function createLayerMemory(directory: string): LayerMemory {
  let rules: string | undefined;
  const fileOf = (key: string) => {
    rules ??= rulesVersion();
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
