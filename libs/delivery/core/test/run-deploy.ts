import {
  deploy,
  type DeployRequest,
  type Mode,
  type Ports,
  type Report,
  type RolloutResult,
  type StepEvent,
} from '../src/index.ts';
import type { RecordingPorts } from './recording-ports.ts';

/** Hears nothing. */
export const silent = { planned: () => undefined, event: () => undefined };

/** Nobody gives a reason to go on in spite of anything. */
export const noOverrides = { allowOlder: null, unblock: null, unfreeze: null };

/** A good request for a deploy of ehr-api to local, less what `changes` says otherwise. */
export function requestOf(changes: Partial<DeployRequest> = {}): DeployRequest {
  return {
    service: 'ehr-api',
    environment: 'local',
    mode: { kind: 'apply' },
    platforms: ['linux/amd64', 'linux/arm64'],
    probes: 3,
    timeoutSeconds: 10,
    windowSeconds: 3,
    waitSeconds: 0,
    smokeTest: true,
    rollOut: true,
    release: null,
    overrides: noOverrides,
    ...changes,
  };
}

/** A deploy with such a request, and all it told. */
export async function run(ports: Ports, changes: Partial<DeployRequest> = {}) {
  const events: StepEvent[] = [];
  const request = requestOf(changes);
  // What answers is of the environment that is deployed to, unless a test says otherwise before.
  if ('world' in ports) sayEnvironment(ports as RecordingPorts, request.environment);
  const reporter = { planned: () => undefined, event: (event: StepEvent) => void events.push(event) };
  const result = await deploy(request, { ...ports, reporter });
  return { report: reportOf(result), events };
}

/** Releases the images a, b, c … in an environment, one after the other, each a commit later. */
export async function releaseIn(
  environment: DeployRequest['environment'],
  ports: RecordingPorts,
  ...letters: readonly string[]
): Promise<void> {
  const { world } = ports;
  for (const letter of letters) {
    world.built = `sha256:${letter.repeat(64)}`;
    world.fingerprint = letter.repeat(64);
    world.identities[world.built] = letter.repeat(64);
    world.revision = letter.repeat(40);
    if (!world.line.includes(world.revision)) world.line.push(world.revision);
    await run(ports, { environment });
  }
  ports.calls.length = 0;
}

/** The service answers as one of this environment from now on, if it says its environment at all. */
export function sayEnvironment({ world }: RecordingPorts, environment: string): void {
  if (world.environment !== null) world.environment = environment;
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
