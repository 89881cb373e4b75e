import {
  deploy,
  type DeployRequest,
  type Mode,
  type Ports,
  type Report,
  type RolloutResult,
  type StepEvent,
} from '../src/index.ts';

/** Hears nothing. */
export const silent = { planned: () => undefined, event: () => undefined };

/** A good request for a deploy of ehr-api to local, less what `changes` says otherwise. */
export function requestOf(changes: Partial<DeployRequest> = {}): DeployRequest {
  return {
    service: 'ehr-api',
    environment: 'local',
    mode: { kind: 'apply' },
    platforms: ['linux/amd64', 'linux/arm64'],
    probes: 3,
    timeoutSeconds: 10,
    waitSeconds: 0,
    smokeTest: true,
    rollOut: true,
    release: null,
    overrides: { unblock: null, unfreeze: null },
    ...changes,
  };
}

/** A deploy with such a request, and all it told. */
export async function run(ports: Ports, changes: Partial<DeployRequest> = {}) {
  const events: StepEvent[] = [];
  const reporter = { planned: () => undefined, event: (event: StepEvent) => void events.push(event) };
  const result = await deploy(requestOf(changes), { ...ports, reporter });
  return { report: reportOf(result), events };
}

/** The report of a run that was carried out. */
export function reportOf(result: RolloutResult): Report {
  if (result.kind === 'ended') return result.report;
  throw new Error('It was only planned.');
}

/** The document of a run that only made a plan. */
export function documentOf(result: RolloutResult) {
  if (result.kind === 'planned') return result.document;
  throw new Error('It was carried out.');
}

/** Modes that change nothing. */
export const modes = {
  dryRun: { kind: 'dry-run' },
  writePlan: { kind: 'write-plan' },
} as const satisfies Record<string, Mode>;
