import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  coreError,
  type Environment,
  type Mode,
  type Origin,
  type Plan,
  type PlanDocument,
  type Ports,
  readReviewedPlan,
  reasonOf,
  renderPlan,
  type Report,
  type RolloutRequest,
  type RolloutResult,
  shortDigest,
} from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import type { z } from 'zod';
import { tellGithub } from '../github/tell-github.ts';
import type { GivenFacts } from '../options/option-schemas.ts';
import { createReporter, type Reporter } from '../reporters/reporter.ts';
import type { ServicePorts } from '../wiring/create-ports.ts';
import { publicHealthUrl } from '../wiring/open-origin.ts';
import type { Service } from '../wiring/open-service.ts';
import { connectFor, type RawOptions, realWiring, type Wiring } from '../wiring/wiring.ts';
import { execute } from './execute.ts';

/** What deploy, promote and rollback are told alike. */
interface RolloutOptions {
  readonly dryRun: boolean;
  /** A file to write the plan to, relative to the workspace root. */
  readonly plan?: string | undefined;
  /** A file with the plan to carry out, relative to the workspace root. */
  readonly apply?: string | undefined;
  readonly waitSeconds: number;
  readonly allowOlder: string | null;
  readonly unblock: string | null;
  readonly unfreeze: string | null;
  readonly json: boolean;
}

/** Right answers in a row that verify a rollout. */
const PROBES = 3;

/**
 * The part of a request that the three commands have in common.
 * @throws OPTIONS_INVALID for modes that exclude each other, and for a file that holds no plan.
 */
async function rolloutRequest(
  options: RolloutOptions,
  { name, environment, facts, settings }: Service,
  root: string,
): Promise<RolloutRequest> {
  const { waitSeconds, allowOlder, unblock, unfreeze } = options;
  return {
    service: name,
    environment,
    mode: await modeOf(options, root),
    overrides: { allowOlder, unblock, unfreeze },
    probes: PROBES,
    timeoutSeconds: facts.timeoutSeconds,
    windowSeconds: settings.verificationSeconds,
    waitSeconds,
  };
}

async function modeOf({ dryRun, plan, apply }: RolloutOptions, root: string): Promise<Mode> {
  const asked = [dryRun && '--dryRun', plan !== undefined && '--plan', apply !== undefined && '--apply'];
  const modes = asked.filter((name) => name !== false);
  if (modes.length > 1) {
    throw coreError(
      'OPTIONS_INVALID',
      `${modes.join(' and ')} exclude each other: --dryRun shows a plan, --plan stores one and --apply carries one out.`,
    );
  }
  if (dryRun) return { kind: 'dry-run' };
  if (plan !== undefined) return { kind: 'write-plan' };
  if (apply === undefined) return { kind: 'apply' };
  return { kind: 'apply-plan', reviewed: readReviewedPlan(await read(resolve(root, apply)), apply) };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw coreError('OPTIONS_INVALID', `The plan ${file} cannot be read.`, { cause });
  }
}

/** What a rollout works with. */
type RolloutPorts = ServicePorts & { readonly reporter: Reporter };

/**
 * The executor of a command that rolls something out: runs it with a reporter for its options and tells how it ended, on
 * standard output, to GitHub, and as the exit status. `originOf` gives the public face of another environment.
 */
export function rolloutExecutor<
  O extends RolloutOptions & GivenFacts & { readonly environment: Environment },
>(
  schema: z.ZodType<O>,
  command: (
    request: RolloutRequest,
    options: O,
    ports: RolloutPorts,
    originOf: (environment: Environment) => Promise<Origin>,
  ) => Promise<RolloutResult>,
) {
  return (raw: RawOptions, context: ExecutorContext, wiring = realWiring) =>
    execute(wiring, async () => {
      const { options, service, ports } = await connectFor(schema, raw, context, wiring);
      const request = await rolloutRequest(options, service, context.root);
      const reporter = createReporter(options.json, wiring);
      const originOf = async (environment: Environment) => ({
        environment,
        healthUrl: await publicHealthUrl(environment, context, wiring.processEnv),
        prober: ports.prober,
      });
      const result = await command(request, options, { ...ports, reporter }, originOf);
      if (result.kind === 'planned') {
        await reportPlan(result.document, options, context.root, wiring);
        return 0;
      }
      const { plan, report } = result;
      await tellGithub(wiring, plan, report, ports);
      if (report.outcome === 'deployed') await cleanHost(plan, report, ports, service.settings.keepImages);
      await reporter.finish(report);
      return report.exit;
    });
}

/** What a host need not keep goes once the new image is verified; that it stays is no failure. */
async function cleanHost(
  { recent, previous }: Plan,
  { service, image }: Report,
  { target }: Ports,
  keep: number,
): Promise<void> {
  const own = [previous?.image.digest, image?.split('@')[1]].flatMap((digest) =>
    digest === undefined ? [] : [shortDigest(digest)],
  );
  const kept = [...new Set([...own.reverse(), ...recent.toReversed()])].slice(0, keep);
  try {
    const removed = (await target.removeOldImages?.(kept)) ?? 0;
    if (removed > 0) process.stderr.write(`  removed ${removed} old images of ${service} from the host\n`);
  } catch (error) {
    process.stderr.write(`  old images of ${service} stay on the host: ${reasonOf(error)}\n`);
  }
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
