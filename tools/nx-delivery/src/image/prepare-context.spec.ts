import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareContext } from './prepare-context.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ehr-context-'));
  await mkdir(join(directory, 'lib'), { mode: 0o700 });
  await writeFile(join(directory, 'lib/main.js'), 'export {};', { mode: 0o755 });
});
afterEach(() => rm(directory, { recursive: true }));

const put = (name: string, bytes: number[]) => writeFile(join(directory, name), Buffer.from(bytes));

describe('prepareContext', () => {
  it('gives files and directories the same modes whatever the umask was', async () => {
    await chmod(join(directory, 'lib/main.js'), 0o600);
    await prepareContext(directory);
    const modes = await Promise.all(
      ['lib', 'lib/main.js'].map(async (name) => (await stat(join(directory, name))).mode & 0o777),
    );
    expect(modes).toEqual([0o755, 0o644]);
  });

  it.each([
    ['an addon by its name', 'lib/sharp.node', [1, 2, 3]],
    ['an ELF binary', 'lib/esbuild', [0x7f, 0x45, 0x4c, 0x46, 2]],
    ['a Mach-O library', 'lib/x.dylib', [0xcf, 0xfa, 0xed, 0xfe, 0]],
    ['a Windows binary', 'lib/x.exe', [0x4d, 0x5a, 0x90, 0, 3]],
  ])('refuses %s and names it', async (_name, file, bytes) => {
    await put(file, bytes);
    await expect(prepareContext(directory)).rejects.toMatchObject({
      code: 'NATIVE_CODE',
      message: expect.stringContaining(file) as string,
    });
  });

  it('lets WebAssembly, empty files and text pass', async () => {
    await put('lib/x.wasm', [0, 0x61, 0x73, 0x6d]);
    await put('lib/empty', []);
    await expect(prepareContext(directory)).resolves.toBeUndefined();
  });

  it('says that there is no build output', async () => {
    await expect(prepareContext(join(directory, 'nowhere'))).rejects.toMatchObject({
      code: 'BUILD_FAILED',
    });
  });
});
