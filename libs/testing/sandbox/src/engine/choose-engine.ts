import type { EngineFacts } from './engine-facts.ts';
import { enginePackages, type EnginePackages } from './engine-packages.ts';

/** How to get a container engine on this machine. */
export type EngineChoice =
  | { readonly kind: 'use' }
  | { readonly kind: 'start'; readonly by: 'systemd' | 'process' }
  | { readonly kind: 'install'; readonly packages: EnginePackages }
  | { readonly kind: 'explain'; readonly message: string; readonly hint: string };

/** Decides from facts alone: what is there is used, Debian and Ubuntu as root get what is missing, anyone else is told. */
export function chooseEngine(facts: EngineFacts): EngineChoice {
  const missing = [...(facts.buildx ? [] : ['buildx']), ...(facts.compose ? [] : ['compose'])];
  if (facts.engine.answers && missing.length === 0) return { kind: 'use' };
  if (facts.engine.answers)
    return {
      kind: 'explain',
      message: `docker has no ${missing.join(' and no ')} plugin`,
      hint: 'Install the packages docker-buildx-plugin and docker-compose-plugin (Debian: docker-buildx, docker-compose).',
    };
  if (facts.remote)
    return { kind: 'explain', message: noAnswer(facts), hint: 'Correct DOCKER_HOST, or unset it.' };
  if (facts.platform !== 'linux')
    return {
      kind: 'explain',
      message: noAnswer(facts),
      hint: 'Install and start Docker Desktop, OrbStack or Colima.',
    };
  if (!facts.root)
    return {
      kind: 'explain',
      message: noAnswer(facts),
      hint: facts.dockerd
        ? 'Start it (`sudo systemctl start docker`), and let your user use it (`sudo usermod -aG docker $USER`, then log in again).'
        : 'Install Docker Engine with buildx and compose, or run this command as root on Debian or Ubuntu: it does so itself.',
    };
  if (facts.dockerd && missing.length === 0)
    return { kind: 'start', by: facts.systemd ? 'systemd' : 'process' };
  const packages = facts.release && enginePackages(facts.release);
  if (packages) return { kind: 'install', packages };
  return {
    kind: 'explain',
    message: noAnswer(facts),
    hint: 'Install Docker Engine 24 or newer with the buildx and compose plugins, and start it.',
  };
}

function noAnswer({ engine }: EngineFacts): string {
  return `no container engine answers${engine.problem ? ` (${engine.problem.split('\n').at(-1) ?? ''})` : ''}`;
}
