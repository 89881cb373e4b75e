import { deploy, normalizeOptions } from '../src/index.ts';
import type { Ports, StepEvent } from '../src/index.ts';

/** Good options of a deploy of ehr-api to local, less what `changes` says otherwise. */
export function optionsOf(changes: Record<string, unknown> = {}) {
  return normalizeOptions({
    service: 'ehr-api',
    environment: 'local',
    registry: '127.0.0.1:5050',
    namespace: 'ehr-connect',
    platforms: ['linux/amd64', 'linux/arm64'],
    healthPath: '/health',
    probes: 3,
    timeoutSeconds: 10,
    smokeTest: true,
    dryRun: false,
    ...changes,
  });
}

/** A deploy with such options, and all it told. */
export async function run(ports: Ports, changes: Record<string, unknown> = {}) {
  const events: StepEvent[] = [];
  const reporter = { planned: () => undefined, event: (event: StepEvent) => void events.push(event) };
  return { report: await deploy(optionsOf(changes), ports, reporter), events };
}
