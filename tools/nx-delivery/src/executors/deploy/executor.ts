import { createComposeTarget } from '@ehr/compose-target';
import { deploy, normalizeOptions } from '@ehr/delivery';
import type { DeployOptions, Ports } from '@ehr/delivery';
import { createRegistry } from '@ehr/registry-client';
import type { ExecutorContext } from '@nx/devkit';
import { createGitSource } from '../../ports/git-source.ts';
import { createHttpProber } from '../../ports/http-prober.ts';
import { createNxBuilder } from '../../ports/nx-builder.ts';
import { systemClock } from '../../ports/system-clock.ts';
import { createReporter } from '../../reporters/create-reporter.ts';
import { runReporting } from '../run-reporting.ts';
import { readSettings } from './read-settings.ts';
import type { Settings } from './read-settings.ts';

/** What the schema lets through; `normalizeOptions` checks the values. */
interface DeployExecutorOptions {
  readonly environment: string;
  readonly platforms: readonly string[];
  readonly healthPath: string;
  readonly containerPort: number;
  readonly variablePrefix: string;
  readonly probes: number;
  readonly timeoutSeconds: number;
  readonly rehearse: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** The `deploy` target: options → snapshot → plan → steps → report. */
export default function deployExecutor(
  raw: DeployExecutorOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runReporting(async () => {
    const { containerPort, variablePrefix, json, ...rest } = raw;
    const settings = await readSettings(context.root, raw.environment, process.env);
    const options = normalizeOptions({
      ...rest,
      service: context.projectName,
      registry: settings.registry,
      namespace: settings.namespace,
    });
    const reporter = createReporter({ json, dryRun: options.dryRun });
    const ports = createPorts(options, settings, { containerPort, variablePrefix }, context);
    const report = await deploy(options, ports, reporter);
    return reporter.finish(report);
  });
}

function createPorts(
  options: DeployOptions,
  settings: Settings,
  service: Pick<DeployExecutorOptions, 'containerPort' | 'variablePrefix'>,
  context: ExecutorContext,
): Ports {
  const { root } = context;
  return {
    source: createGitSource(options.service, context),
    builder: createNxBuilder(options, root),
    registry: createRegistry({
      registry: options.registry,
      repository: `${options.namespace}/${options.service}`,
      ...siblingOf(options, context),
      ...(settings.credentials && { credentials: settings.credentials }),
    }),
    target: createComposeTarget({
      ...service,
      directory: root,
      project: settings.composeProject,
      service: options.service,
      environment: options.environment,
      registry: options.registry,
      namespace: options.namespace,
      healthPath: options.healthPath,
      timeoutMs: options.timeoutSeconds * 1000,
    }),
    prober: createHttpProber(),
    clock: systemClock,
  };
}

/** Another service's repository: it has the same base, so its layers need not be sent again. */
function siblingOf(
  { namespace, service }: DeployOptions,
  { projectGraph }: ExecutorContext,
): { mountFrom?: string } {
  const deployed = Object.values(projectGraph.nodes).filter(
    ({ data }) => data.targets?.['deploy'] !== undefined,
  );
  const sibling = deployed
    .map(({ name }) => name)
    .sort()
    .find((name) => name !== service);
  return sibling === undefined ? {} : { mountFrom: `${namespace}/${sibling}` };
}
