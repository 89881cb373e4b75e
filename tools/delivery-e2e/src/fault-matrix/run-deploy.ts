import { DeliveryError, Secret, deploy, normalizeOptions, reasonOf, renderPlan } from '@ehr/delivery-core';
import type { Run, Ports, ProbeAnswer } from '@ehr/delivery-core';
import { createDokployTarget } from '@ehr/delivery-dokploy';
import { createRegistry, readImageLayout } from '@ehr/delivery-registry';
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

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
}

export interface RunResult {
  /** 0: the new image is verified; as the executors say it. */
  readonly exit: number;
  readonly verdict: string;
  /** All that was told: events, report, error. */
  readonly said: string;
}

/** The core's `deploy` over the real adapters, with less patience than in earnest. */
export async function runDeploy(config: RunConfig, run: Pick<Run, 'name' | 'isGone'>): Promise<RunResult> {
  const said: string[] = [];
  try {
    const options = normalizeOptions({
      service: 'ehr-api',
      environment: 'staging',
      registry: config.registry,
      namespace: config.namespace,
      platforms: ['linux/amd64'],
      healthPath: '/health',
      probes: 2,
      timeoutSeconds: 2,
      smokeTest: true,
      dryRun: false,
      unblock: config.unblock,
    });
    const report = await deploy(options, portsOf(config, run), {
      planned: (plan) => said.push(renderPlan(plan)),
      event: (event) => said.push(JSON.stringify(event)),
    });
    said.push(JSON.stringify(report, null, 2));
    return { exit: report?.exit ?? 1, verdict: report?.verdict ?? 'none', said: said.join('\n') };
  } catch (error) {
    const code = error instanceof DeliveryError ? error.code : 'UNEXPECTED';
    said.push(`${code} ${reasonOf(error)}`, error instanceof Error ? (error.stack ?? '') : '');
    return { exit: code === 'UNEXPECTED' ? 1 : 2, verdict: code, said: said.join('\n') };
  }
}

function portsOf(config: RunConfig, run: Pick<Run, 'name' | 'isGone'>): Ports {
  const { registry, namespace, password, dokploy, kind, publicUrl, revision, fingerprint } = config;
  const ports = {
    run: { id: randomBytes(6).toString('hex'), ...run },
    source: {
      source: async () => ({ revision, branch: 'staging', dirty: false }),
      fingerprint: async () => fingerprint,
      commits: async () => null,
    },
    builder: { build: () => readImageLayout(config.layout) },
    gate: { inspect: async () => ({ refusals: 0, warnings: 0, text: '' }) },
    // Attached after the push, and left out of the matrix.
    attester: { ready: async () => undefined, attest: async () => 'nothing' },
    registry: createRegistry({
      registry,
      repository: `${namespace}/ehr-api`,
      credentials: { username: 'matrix', password },
      retries: 2,
      retryDelayMs: 10,
    }),
    target: createDokployTarget({
      url: dokploy.url,
      apiKey: new Secret(dokploy.apiKey),
      id: dokploy.id,
      kind,
      service: 'ehr-api',
      repository: `${registry}/${namespace}/ehr-api`,
      variablePrefix: 'API',
      publicUrl,
      healthPath: '/health',
      timeoutMs: 1_500,
      pollMs: 25,
      graceMs: 200,
      retryDelayMs: 25,
    }),
    prober: {
      probe: async (url: string): Promise<ProbeAnswer> => {
        try {
          const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(1_000) });
          const body: unknown = await response.json().catch(() => null);
          return { kind: 'answer', status: response.status, body };
        } catch (error) {
          return { kind: 'silence', reason: reasonOf(error) };
        }
      },
    },
    clock: { now: () => new Date(), sleep: async (milliseconds: number) => void (await wait(milliseconds)) },
  };
  return ports;
}
