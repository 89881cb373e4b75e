import type { GateConfig } from '../gate-image.ts';
import type { Sight } from '../gate-finding.ts';

/** What runs: not root, and the engine can tell whether it is well. */
export function checkRuntime({ config }: GateConfig): readonly Sight[] {
  return [...checkUser(config?.User ?? ''), ...checkHealth(config?.Healthcheck?.Test ?? [])];
}

/** A name is refused, too: only a number can be told from root without the image's /etc/passwd (as Kubernetes' runAsNonRoot has it). */
function checkUser(user: string): readonly Sight[] {
  const [id = ''] = user.split(':');
  if (/^\d{1,10}$/.test(id) && Number(id) > 0 && Number(id) < 2 ** 31) return [];
  const said = user === '' ? 'names no user, so it runs as root' : `runs as "${user}"`;
  return [
    {
      rule: 'root-user',
      severity: 'refuse',
      place: 'config.User',
      sentence: `The image ${said}. Say a number that is not 0: \`USER 1000:1000\`.`,
    },
  ];
}

function checkHealth(test: readonly string[]): readonly Sight[] {
  if (test.length > 0 && test[0] !== '' && test[0] !== 'NONE') return [];
  return [
    {
      rule: 'health-check',
      severity: 'refuse',
      place: 'config.Healthcheck',
      sentence: 'There is no HEALTHCHECK: nobody can tell a rollout that works from one that hangs.',
    },
  ];
}
