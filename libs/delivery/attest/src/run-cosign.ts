import { isSecretName, redact } from '@ehr/delivery-core';
import { execa } from 'execa';
import { attestError } from './attest-errors.ts';

export interface CosignRun {
  readonly ok: boolean;
  readonly stdout: string;
  /** The last line of its complaint, without any of the secrets. */
  readonly reason: string;
}

const PASSED_ON =
  /^(PATH|HOME|TMPDIR|SSL_CERT_(FILE|DIR)|DOCKER_CONFIG|ACTIONS_ID_TOKEN_REQUEST_(URL|TOKEN)|GITHUB_.+|SIGSTORE_.+|TUF_.+|(https?|no)_proxy)$/i;

/** Runs cosign with what it needs of the environment and no more; throws SIGNING_UNAVAILABLE where there is none. */
export async function runCosign(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  secrets: Readonly<Record<string, string>>,
): Promise<CosignRun> {
  const inherited = Object.fromEntries(Object.entries(env).filter(([name]) => PASSED_ON.test(name)));
  const { failed, code, timedOut, stdout, stderr } = await execa('cosign', args, {
    env: { ...inherited, ...secrets },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: 120_000,
  });
  if (code === 'ENOENT')
    throw attestError('SIGNING_UNAVAILABLE', 'There is no `cosign` command on this machine.');
  const complaint = timedOut ? 'it did not end within two minutes' : lastLine(stderr);
  const known = [...Object.entries(env), ...Object.entries(secrets)].flatMap(([name, value = '']) =>
    isSecretName(name) ? [value] : [],
  );
  return { ok: !failed, stdout, reason: redact(complaint, known) };
}

/** cosign ends with one line of all causes, `Error: …` before it and `error during command execution: …` after. */
function lastLine(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/^(main\.go:\d+: )?(Error|error during command execution): /, '').trim())
    .filter(Boolean);
  return lines.at(-1) ?? 'it gave no reason';
}
