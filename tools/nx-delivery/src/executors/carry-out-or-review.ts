import { carryOut, coreError, readReviewedPlan, renderReview, reviewPlan } from '@ehr/delivery-core';
import type { DeployPlan } from '@ehr/delivery-core';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Delivery } from '../delivery/open-delivery.ts';
import { tellGithub } from '../github/tell-github.ts';
import { createReporter } from '../reporters/create-reporter.ts';

/** What deploy, promote and rollback have in common beside their decision. */
export interface ReviewOptions {
  readonly json: boolean;
  /** Write the plan to this file and change nothing. */
  readonly plan?: string | undefined;
  /** Carry out the plan in this file, and no other. */
  readonly apply?: string | undefined;
}

/** Carries out what `decide` decides; or stores it for review; or carries it out only if it is what was reviewed. */
export async function carryOutOrReview(
  decide: () => Promise<DeployPlan>,
  { options, ports }: Delivery,
  root: string,
  { json, plan, apply }: ReviewOptions,
): Promise<number> {
  if (plan !== undefined) {
    if (apply !== undefined) {
      throw coreError('OPTIONS_INVALID', '--plan makes a plan and --apply carries one out: choose one.');
    }
    const reviewed = await reviewPlan(await decide(), ports);
    const text = `${JSON.stringify(reviewed, null, 2)}\n`;
    const file = resolve(root, plan);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    process.stdout.write(
      json
        ? text
        : `${renderReview(reviewed)}\n\nNothing was changed. The plan is in ${plan}; \`--apply=${plan}\` carries it out.\n`,
    );
    return 0;
  }
  const reviewed =
    apply === undefined ? undefined : readReviewedPlan(await read(resolve(root, apply)), apply);
  const reporter = createReporter({ json, dryRun: options.dryRun });
  let decided: DeployPlan | undefined;
  const remembering = async () => (decided = await decide());
  const report = await carryOut(remembering, { ...options, reviewed }, ports, reporter);
  if (report !== null && decided !== undefined) await tellGithub(process.env, decided, report, ports);
  return reporter.finish(report);
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw coreError('OPTIONS_INVALID', `The plan ${file} cannot be read.`, { cause });
  }
}
