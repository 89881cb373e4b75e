import {
  deploy,
  type DeployRequest,
  describeError,
  exitStatus,
  lockTag,
  otherHolder,
  type Ports,
  type Reporter,
  type Run,
  Secret,
  trustAnybody,
  verdictOfThrown,
} from '@ehr/delivery-core';
import { createDokployTarget } from '@ehr/delivery-dokploy';
import { createRegistry, readImageLayout } from '@ehr/delivery-registry';
import { createHttpProber, systemClock } from '@ehr/nx-delivery';

/** Everything a deploy of the matrix needs to know; it goes to a child process as JSON on standard input. */
export interface RunConfig {
  readonly registry: string;
  readonly namespace: string;
  readonly password: string;
  readonly dokploy: { readonly url: string; readonly apiKey: string; readonly id: string };
  readonly kind: 'compose' | 'application';
  readonly publicUrl: string;
  /** Directory of the image layout that a build gives. */
  readonly layout: string;
  readonly fingerprint: string;
  readonly revision: string;
  readonly unblock: string | null;
  /** A version tag; without one it is a push. */
  readonly release?: string;
  /** How long to wait for another run; 0 without it. */
  readonly waitSeconds?: number;
  /** How wrong the run's time of day is. */
  readonly clockOffsetMs?: number;
}

/** How a deploy of the matrix ended. */
export interface RunResult {
  /** 0: the new image is verified; as the executors say it. */
  readonly exit: number;
  readonly verdict: string;
  /** All that was told: events, report, error. */
  readonly said: string;
  /** Whether it saw another run at work. */
  readonly met: boolean;
}

/** The command `deploy` over the real adapters, with less patience than in earnest. */
export async function runDeploy(config: RunConfig, run: Run): Promise<RunResult> {
  const said: string[] = [];
  const reporter: Reporter = {
    planned: (plan) => void said.push(JSON.stringify(plan)),
    event: (event) => void said.push(JSON.stringify(event)),
  };
  const request: DeployRequest = {
    service: 'ehr-api',
    environment: 'staging',
    mode: { kind: 'apply' },
    platforms: ['linux/amd64'],
    probes: 2,
    timeoutSeconds: 2,
    windowSeconds: 0.3,
    waitSeconds: config.waitSeconds ?? 0,
    smokeTest: true,
    rollOut: true,
    release: config.release ?? null,
    overrides: { allowOlder: null, unblock: config.unblock, unfreeze: null },
  };
  const ports = portsOf(config, run);
  let met = false;
  const { documents } = ports.registry;
  const read: Ports['registry']['documents']['read'] = async (tag) => {
    if (tag === lockTag('staging')) met ||= (await otherHolder('staging', ports.registry, run.id)) !== null;
    return documents.read(tag);
  };
  try {
    const registry = { ...ports.registry, documents: { ...documents, read } };
    const result = await deploy(request, { ...ports, registry, reporter });
    said.push(JSON.stringify(result, null, 2));
    const verdict = result.kind === 'ended' ? result.report.verdict : 'published';
    return { exit: exitStatus(verdict), verdict, said: said.join('\n'), met };
  } catch (error) {
    const { code, message } = describeError(error);
    said.push(`${code} ${message}`, error instanceof Error ? (error.stack ?? '') : '');
    return { exit: exitStatus(verdictOfThrown(error)), verdict: code, said: said.join('\n'), met };
  }
}

function portsOf(config: RunConfig, run: Run): Ports {
  const { registry, namespace, password, dokploy, kind, publicUrl, revision, fingerprint } = config;
  return {
    run,
    trust: trustAnybody,
    source: {
      source: async () => ({ revision, branch: 'staging', dirty: false }),
      fingerprint: async () => fingerprint,
      base: async () => 'scratch',
      commits: async () => null,
      commit: async () => null,
      // Revisions of the matrix are digits, and a higher one came later.
      isAncestor: async (older, newer) => older <= newer,
      tip: async () => null,
      tagged: async () => revision,
    },
    builder: { build: () => readImageLayout(config.layout) },
    gate: { inspect: async () => ({ refusals: 0, warnings: 0, accepted: 0, message: '' }) },
    // Attached after the push, and left out of the matrix.
    attester: { ready: async () => undefined, attest: async () => 'nothing' },
    registry: createRegistry({
      registry,
      repository: `${namespace}/ehr-api`,
      credentials: { username: 'matrix', password },
      // Who was stopped for a while finds every connection that it kept closed, one after the other.
      retries: config.waitSeconds === undefined ? 2 : 6,
      retryDelayMs: 10,
    }),
    target: createDokployTarget({
      url: dokploy.url,
      apiKey: new Secret(dokploy.apiKey),
      id: dokploy.id,
      kind,
      service: 'ehr-api',
      repository: { registry, repository: `${namespace}/ehr-api` },
      clock: systemClock,
      variablePrefix: 'API',
      publicUrl,
      healthPath: '/health',
      timeoutMs: 1_500,
      pollMs: 25,
      graceMs: 200,
      retryDelayMs: 25,
    }),
    prober: createHttpProber(),
    clock: { ...systemClock, now: () => new Date(Date.now() + (config.clockOffsetMs ?? 0)) },
  };
}
