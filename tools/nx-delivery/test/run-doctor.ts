import type { Environment } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { checkCatalog, type CheckName } from '../src/doctor/check-catalog.ts';
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

/** All but what is asked of this machine's engine, which takes longer than all the rest. */
export const BUT_THE_ENGINE = (Object.keys(checkCatalog) as CheckName[]).filter(
  (name) => name !== 'engine' && name !== 'builder',
);

/** What the doctor finds in an environment, staging unless said, by name, with no patience at all. */
export async function runDoctor(
  root: string,
  env: Readonly<Record<string, string>>,
  patience: Partial<Patience> = {},
  environment: Environment = 'staging',
  names?: CheckName[],
): Promise<Readonly<Record<CheckName, Finding>>> {
  const none: Patience = { dokploy: { patienceMs: 0 }, registry: { retries: 0 }, ...patience };
  // PATH for docker; DOCKER_CONFIG so that no sign-in of this machine takes part.
  const own = { PATH: process.env['PATH'], DOCKER_CONFIG: root, ...env };
  const findings = await runChecks(openSubject(environment, contextOf(root), own, none), names);
  return Object.fromEntries(findings.map((finding) => [finding.name, finding])) as Record<CheckName, Finding>;
}
