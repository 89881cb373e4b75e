import { composeCommand } from '../setup/compose-command.ts';
import type { DokployApi } from '../api/dokploy-api.ts';
import type { PinnedServiceOptions } from '../target/pinned-service.ts';
import { readVariable } from '../target/env-text.ts';
import { missingVariables } from './missing-variables.ts';
import { usesVariable } from '../target/uses-variable.ts';

/** How a service is set up in Dokploy. */
export interface ServiceFacts {
  readonly name: string;
  /** `project / environment` in Dokploy. */
  readonly place: string | null;
  /** What it is in Dokploy, whatever the options say. */
  readonly type: 'application' | 'compose' | 'stack';
  /** As options say: an application, a compose or a stack. */
  readonly kindMatches: boolean;
  /** Off: every webhook is refused; the API deploys all the same. */
  readonly autoDeploy: boolean;
  readonly status: 'idle' | 'running' | 'done' | 'error';
  /** The image it is set up to run, of an application whole, of a compose what its variable holds. */
  readonly pinned: string | null;
  /** Whether writing the pin changes what is deployed; null when the file lies in Git. */
  readonly pinIsUsed: boolean | null;
  /** Whether `done` means healthy: only a compose with our command waits. */
  readonly doneMeansHealthy: boolean;
  /** Whether a moved tag is pulled: without it a webhook deploys the old image. */
  readonly pulls: boolean;
  /** Names of the variables in its environment, never their values. */
  readonly variables: readonly string[];
  /** Names the compose file cannot do without and nothing sets. */
  readonly missingVariables: readonly string[];
  /** Whether the service has a registry log-in of its own; of a compose there is none. */
  readonly hasOwnLogin: boolean;
}

/** Reads how the service is set up; values of its environment are left out. */
export async function inspectService(api: DokployApi, options: PinnedServiceOptions): Promise<ServiceFacts> {
  return options.kind === 'application' ? inspectApplication(api, options) : inspectCompose(api, options);
}

async function inspectApplication(api: DokployApi, { id }: PinnedServiceOptions): Promise<ServiceFacts> {
  const found = await api.application(id);
  return {
    name: found.name,
    place: placeOf(found.environment),
    type: 'application',
    kindMatches: true,
    autoDeploy: found.autoDeploy === true,
    status: found.applicationStatus,
    pinned: found.dockerImage,
    pinIsUsed: found.sourceType === 'docker',
    doneMeansHealthy: false,
    // `deploy` pulls, `redeploy` does not; ours is the first.
    pulls: true,
    variables: namesIn(found.env ?? ''),
    missingVariables: [],
    hasOwnLogin: found.registryId != null || (found.username ?? '') !== '',
  };
}

async function inspectCompose(api: DokployApi, options: PinnedServiceOptions): Promise<ServiceFacts> {
  const { id, kind, variablePrefix } = options;
  const found = await api.compose(id);
  const command = found.command ?? '';
  const file = found.composeFile ?? '';
  const variable = `${variablePrefix}_IMAGE_TAG`;
  const waits = command.includes(' --wait ') && command.includes('--wait-timeout');
  const isStack = found.composeType === 'stack';
  return {
    name: found.name,
    place: placeOf(found.environment),
    type: isStack ? 'stack' : 'compose',
    kindMatches: isStack === (kind === 'stack'),
    autoDeploy: found.autoDeploy === true,
    status: found.composeStatus,
    pinned: readVariable(found.env ?? '', variable) ?? null,
    pinIsUsed: found.sourceType === 'raw' ? usesVariable(file, variable) : null,
    doneMeansHealthy: !isStack && (command === composeCommand(found.appName) || waits),
    // A stack resolves its tags at every deploy.
    pulls: isStack || command.includes('--pull always') || /pull_policy:\s*['"]?always/.test(file),
    variables: namesIn(found.env ?? ''),
    missingVariables: missingVariables(file, found.env ?? ''),
    hasOwnLogin: false,
  };
}

function placeOf(
  environment: { name: string; project?: { name: string } | null | undefined } | null | undefined,
): string | null {
  return environment?.project ? `${environment.project.name} / ${environment.name}` : null;
}

function namesIn(text: string): string[] {
  const names = [...text.matchAll(/^\s*(?:export\s+)?([\w.-]+)\s*=/gm)].map((found) => found[1] ?? '');
  // A line inside a value over several lines looks like one; what cannot be read as one is none.
  return [...new Set(names)].filter((name) => readVariable(text, name) !== undefined);
}
