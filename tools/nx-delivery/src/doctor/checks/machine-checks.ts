import { execa } from 'execa';
import { collectProblems } from '../../wiring/open-service.ts';
import { checkBuilder } from '../../image/check-builder.ts';
import { fail, ok, whether, type Check } from '../finding.ts';

/** This machine: settings, engine and builder. */
export const machineChecks = {
  settings: (subject) =>
    whether(async () => {
      const problems = collectProblems();
      const settings = await problems.read(subject.settings);
      await problems.read(subject.facts);
      const destination = settings && (await problems.read(subject.destination));
      problems.refuse();
      return `${settings?.registry}/${settings?.namespace}, deployed by ${WAYS[destination?.via ?? 'docker compose']}`;
    }, ['OPTIONS_INVALID']),
  engine: async ({ directory }) => {
    const { failed, stdout, stderr, code } = await execa(
      'docker',
      ['version', '--format', '{{.Server.Version}}'],
      {
        cwd: directory,
        reject: false,
        stdin: 'ignore',
        timeout: 15_000,
      },
    );
    if (!failed) return ok(`Docker ${stdout.trim()} answers`);
    return fail(code === 'ENOENT' ? 'There is no `docker` command.' : lastLine(stderr));
  },
  builder: ({ directory }) =>
    whether(async () => {
      await checkBuilder(directory);
      return 'builds several platforms into an OCI layout';
    }, ['ENGINE_SINGLE_PLATFORM']),
} satisfies Record<string, Check>;

const WAYS = { dokploy: 'Dokploy’s API', webhook: 'a Dokploy webhook', 'docker compose': 'docker compose' };

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) || 'The engine does not answer.';
}
