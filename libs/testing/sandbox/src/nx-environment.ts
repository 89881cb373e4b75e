import { join } from 'node:path';

/**
 * The variables for Nx in a checkout: no daemon that would stay behind, no process for each plugin (two seconds a run),
 * no screen of its own, no copy of its native code for each directory (20 MB in /tmp); and its code compiled once, also
 * for another directory that a copy of `.nx` is brought to.
 */
export function nxEnvironment(directory: string) {
  return {
    NODE_COMPILE_CACHE: join(directory, '.nx/compile-cache'),
    NODE_COMPILE_CACHE_PORTABLE: '1',
    NX_DAEMON: 'false',
    NX_ISOLATE_PLUGINS: 'false',
    NX_SKIP_NATIVE_FILE_CACHE: 'true',
    NX_TUI: 'false',
  } as const;
}
