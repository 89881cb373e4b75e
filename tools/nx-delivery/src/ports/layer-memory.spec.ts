import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createLayerMemory } from './layer-memory.ts';

it('the memory of clean layers outlives the process, and holds neither keys nor content', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-memory-'));
  try {
    await createLayerMemory(join(directory, 'gate')).rememberClean('sha256:abc true app');
    const again = createLayerMemory(join(directory, 'gate'));
    expect(await again.isClean('sha256:abc true app')).toBe(true);
    expect(await again.isClean('sha256:abc false app')).toBe(false);
    const [file = '', ...others] = await readdir(join(directory, 'gate'));
    expect(others).toEqual([]);
    expect(file).toMatch(/^[0-9a-f]{64}$/);
    expect(await readFile(join(directory, 'gate', file), 'utf8')).toBe('');
  } finally {
    await rm(directory, { recursive: true });
  }
});
