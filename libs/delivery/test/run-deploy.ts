import { deploy, normalizeOptions } from '../src/index.ts';
import type { Ports, StepEvent } from '../src/index.ts';

/** A deploy of ehr-api to local with good options, less what `changes` says otherwise; with all it told. */
export async function run(ports: Ports, changes: Record<string, unknown> = {}) {
  const options = normalizeOptions({
    service: 'ehr-api',
    environment: 'local',
    registry: '127.0.0.1:5050',
    namespace: 'ehr-connect',
    platforms: ['linux/amd64', 'linux/arm64'],
    healthPath: '/health',
    probes: 3,
    timeoutSeconds: 10,
    rehearse: true,
    dryRun: false,
    ...changes,
  });
  const events: StepEvent[] = [];
  const reporter = { planned: () => undefined, event: (event: StepEvent) => void events.push(event) };
  return { report: await deploy(options, ports, reporter), events };
}
