import type { Compose } from './compose.ts';

/** The parts of `docker inspect` a rollout decides with. */
export interface Container {
  readonly Id: string;
  readonly RestartCount: number;
  readonly Config: { readonly Image: string; readonly Env?: readonly string[] };
  readonly State: {
    readonly Status: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
    readonly ExitCode: number;
    readonly Health?: { readonly Status: 'starting' | 'healthy' | 'unhealthy' | 'none' };
  };
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { HostIp: string; HostPort: string }[] | null>>;
  };
}

/** The service's container, running or not; null when there is none. */
export async function inspectContainer(compose: Compose, service: string): Promise<Container | null> {
  const [id] = (await compose.run('ps', '--all', '--quiet', service)).split('\n').filter(Boolean);
  if (id === undefined) return null;
  const [container] = JSON.parse(await compose.docker('inspect', id)) as Container[];
  return container ?? null;
}
