import { chmod, open, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { toolError } from '../tool-errors.ts';

/**
 * Makes a build output fit to be one layer of every platform's image: refuses machine code, and gives files and directories the same modes on every machine, whatever the umask was.
 */
export async function prepareContext(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    (cause: unknown) => {
      throw toolError('BUILD_FAILED', `There is no build output in ${directory}.`, { cause });
    },
  );
  const native: string[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    if (!entry.isFile()) continue;
    await chmod(path, 0o644);
    const name = relative(directory, path).split(sep).join('/');
    if (name.endsWith('.node') || (await isMachineCode(path))) native.push(name);
  }
  if (native.length > 0) {
    throw toolError(
      'NATIVE_CODE',
      `${directory} holds machine code: ${native.slice(0, 5).join(', ')}${native.length > 5 ? ' …' : ''}.`,
    );
  }
}

/** First bytes of ELF, Mach-O (thin, both byte orders; universal) and PE files. */
const MAGIC = ['7f454c46', 'feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', '4d5a9000'];

async function isMachineCode(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && MAGIC.includes(buffer.toString('hex'));
  } finally {
    await file.close();
  }
}
