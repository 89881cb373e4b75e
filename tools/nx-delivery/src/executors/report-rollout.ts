import { renderPlan, type PlanDocument, type RolloutResult } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { tellGithub } from '../github/tell-github.ts';
import { createReporter } from '../reporters/create-reporter.ts';
import type { ServicePorts } from '../wiring/create-ports.ts';
import type { Wiring } from '../wiring/wiring.ts';
import type { RolloutOptions } from './rollout-options.ts';

/**
 * Runs a rollout with a reporter for its options and tells how it ended: on standard output, to GitHub, and as the
 * exit status it answers with.
 */
export async function reportRollout(
  options: RolloutOptions,
  ports: ServicePorts,
  { root }: ExecutorContext,
  wiring: Wiring,
  command: (reporter: ReturnType<typeof createReporter>) => Promise<RolloutResult>,
): Promise<number> {
  const reporter = createReporter(options.json, wiring);
  const result = await command(reporter);
  if (result.kind === 'planned') {
    await reportPlan(result.document, options, root, wiring);
    return 0;
  }
  const { plan, report } = result;
  await tellGithub(wiring.processEnv, plan, report, ports);
  await reporter.finish(report);
  return report.exit;
}

async function reportPlan(
  document: PlanDocument,
  { json, plan }: RolloutOptions,
  root: string,
  { print }: Wiring,
): Promise<void> {
  const text = `${JSON.stringify(document, null, 2)}\n`;
  if (plan !== undefined) {
    const file = resolve(root, plan);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const ending =
    plan === undefined
      ? 'Dry run: nothing was changed.'
      : `Nothing was changed. The plan is in ${plan}; \`--apply=${plan}\` carries it out.`;
  print(json ? text : `${renderPlan(document)}\n\n${ending}\n`);
}
