import { join } from 'node:path';
import { isSecretName } from '@ehr/delivery-core';
import type { ProcessEnv } from '../process-env.ts';

/** What a build may depend on: where things are, how programs talk, the engine, npm and Nx, and the base image. */
const PASSED = [
  /^(PATH|PATHEXT|HOME|USER|LOGNAME|SHELL|TMPDIR|TEMP|TMP|SYSTEMROOT|WINDIR|COMSPEC|APPDATA|LOCALAPPDATA|USERPROFILE)$/i,
  /^(LANG|LANGUAGE|LC_\w+|TZ|TERM|COLORTERM|FORCE_COLOR|NO_COLOR|CI|XDG_\w+)$/,
  /^((https?|no|all)_proxy|SSL_CERT_(FILE|DIR)|NODE_\w+|npm_config_\w+|NX_\w+|NEXT_\w+)$/i,
  /^(DOCKER_(HOST|CONTEXT|CONFIG|CERT_PATH|TLS_VERIFY|BUILDKIT)|BUILDX_\w+|BUILDKIT_\w+|SOURCE_DATE_EPOCH)$/,
  /^(BASE_IMAGE|DOCKERHUB_USERNAME)$/,
];
/** By these Nx tells a task about itself: the inner run is a run of its own. */
const OF_THIS_TASK = /^NX_(TASK_|TERMINAL_|INVOKED_|STREAM_|FORKED_|TUI)/;

/**
 * The process environment of a build: nothing that opens a door reaches it and the packages that it runs. Named is what
 * may pass, not what may not: a secret has any name. Nx adds none out of the environment's file.
 */
export function buildEnvironment(env: ProcessEnv, root: string): Record<string, string | undefined> {
  const passed = Object.entries(env).filter(
    ([name]) =>
      PASSED.some((pattern) => pattern.test(name)) && !isSecretName(name) && !OF_THIS_TASK.test(name),
  );
  return {
    // Half a second for each process that does not compile the same files again.
    NODE_COMPILE_CACHE: join(root, '.nx/compile-cache'),
    NODE_COMPILE_CACHE_PORTABLE: '1',
    ...Object.fromEntries(passed),
    NX_ISOLATE_PLUGINS: 'false',
    NX_TUI: 'false',
    NX_LOAD_DOT_ENV_FILES: 'false',
  };
}
