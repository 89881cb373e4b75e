import type { Environment } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import type { CheckName } from '../src/doctor/check-catalog.ts';
import type { Finding } from '../src/doctor/finding.ts';
import { openSubject, type Patience } from '../src/doctor/open-subject.ts';
import { runChecks } from '../src/doctor/run-checks.ts';

/** The service ehr-api, as its project.json has it, in a workspace directory of the test's own. */
export function contextOf(root: string): ExecutorContext {
  const deploy = { options: { variablePrefix: 'API', platforms: ['linux/amd64', 'linux/arm64'] } };
  return {
    root,
    projectName: 'ehr-api',
    projectsConfigurations: { projects: { 'ehr-api': { targets: { deploy } } } },
  } as unknown as ExecutorContext;
}

/** What is asked of this machine's engine: it takes longer than all the rest, and most specs are about something else. */
export const ASKS_THE_ENGINE = ['engine', 'builder'] as const;

interface Visit<LeftOut extends CheckName> {
  readonly patience?: Partial<Patience>;
  readonly environment?: Environment;
  readonly leftOut?: readonly LeftOut[];
}

/** What the doctor finds in an environment, staging unless said, by name, with no patience at all. */
export async function runDoctor<LeftOut extends CheckName = never>(
  root: string,
  env: Readonly<Record<string, string>>,
  { patience = {}, environment = 'staging', leftOut = [] }: Visit<LeftOut> = {},
): Promise<Readonly<Record<Exclude<CheckName, LeftOut>, Finding>>> {
  const none: Patience = { dokploy: { patienceMs: 0 }, registry: { retries: 0 }, ...patience };
  // PATH for docker; DOCKER_CONFIG so that no sign-in of this machine takes part.
  const own = { PATH: process.env['PATH'], DOCKER_CONFIG: root, ...env };
  const findings = await runChecks(openSubject(environment, contextOf(root), own, none), leftOut);
  return Object.fromEntries(findings.map((finding) => [finding.name, finding])) as Record<
    Exclude<CheckName, LeftOut>,
    Finding
  >;
}
