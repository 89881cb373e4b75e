import { existsSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { findExecutable, isRoot, succeeds } from './run.ts';

const BINFMT = '/proc/sys/fs/binfmt_misc';
/** The ELF header of a 64-bit little-endian AArch64 program, and which of its bits count (QEMU's own values). */
const MAGIC = '\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00';
const MASK =
  '\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff';

/**
 * The kernel runs arm64 programs afterwards, in containers too, through `qemu-aarch64-static`. Only tests that *run* an
 * arm64 image need it; building one does not. Returns false where that is not possible.
 */
export async function registerArm64(): Promise<boolean> {
  if (arch() === 'arm64' || registered()) return true;
  const qemu = findExecutable('qemu-aarch64-static');
  // Docker Desktop's engine lives in a virtual machine that has the emulators.
  if (!qemu || !isRoot()) return process.platform !== 'linux' && succeeds('docker', ['version']);
  if (!existsSync(`${BINFMT}/register`))
    if (!(await succeeds('mount', ['-t', 'binfmt_misc', 'binfmt_misc', BINFMT]))) return false;
  // F: the kernel keeps the interpreter open, so that it is found inside a container's file system.
  if (!registered()) writeFileSync(`${BINFMT}/register`, `:qemu-aarch64:M::${MAGIC}:${MASK}:${qemu}:F`);
  return registered();
}

function registered(): boolean {
  return existsSync(`${BINFMT}/qemu-aarch64`);
}
