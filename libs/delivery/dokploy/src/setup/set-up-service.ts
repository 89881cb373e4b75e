import { coreError } from '@ehr/delivery-core';
import type { EnvironmentHere } from '../api/answers.ts';
import { connect } from '../api/connection.ts';
import { createDokployApi, type DokployApi } from '../api/dokploy-api.ts';
import { dokployError } from '../dokploy-errors.ts';
import { mountsOf } from '../target/read-compose-file.ts';
import { checkNeeds } from './check-needs.ts';
import { completeApplication } from './complete-application.ts';
import { completeCompose, otherKind } from './complete-compose.ts';
import type { Completion, SetUpOptions } from './set-up-options.ts';
import { signInToRegistry } from './sign-in-to-registry.ts';

/** What is there now, and what was done for it. */
export interface SetUpResult extends Omit<Completion, 'writes'> {
  readonly id: string;
  readonly projectId: string;
  readonly environmentId: string;
  /** In order: `project ehr-connect created`, `compose ehr-api was there`. */
  readonly steps: readonly string[];
}

/**
 * Creates what is missing, carries out changed wishes or refuses them, and leaves a person's work; the second run changes
 * nothing. Needs an owner's key.
 * @throws DOKPLOY_SERVICE_UNFIT, DATA_NOT_KEPT, OPTIONS_INVALID before anything was written
 */
export async function setUpService(options: SetUpOptions): Promise<SetUpResult> {
  const { project, environment, kind, service, registry } = options;
  const api = createDokployApi(connect(options));
  const steps: string[] = [];
  const ensure = async (what: string, found: string | undefined, create: () => Promise<string>) => {
    const there = found ?? (await create());
    steps.push(`${what} ${found === undefined ? 'created' : 'was there'}`);
    return there;
  };
  const complete = kind === 'application' ? completeApplication : completeCompose;

  const projectHere = theOnly(await api.projects(), 'project', project)?.projectId;
  const placeHere = projectHere && findPlace(await api.environments(projectHere), environment);
  const serviceHere = placeHere ? findService(placeHere, options) : undefined;
  const known = serviceHere === undefined ? undefined : await complete(api, serviceHere, options);
  if (known === undefined) checkNew(options);

  const projectId = await ensure(`project ${project}`, projectHere, () =>
    api.createProject(project, 'Set up by ehr-delivery'),
  );
  // A project is born with an environment.
  const place = placeHere || findPlace(await api.environments(projectId), environment);
  const environmentId = await ensure(`environment ${place?.name ?? environment}`, place?.environmentId, () =>
    api.createEnvironment(projectId, environment),
  );
  if (registry !== undefined) steps.push(await signInToRegistry(api, registry));
  const id = await ensure(`${kind} ${service}`, serviceHere, () =>
    createService(api, environmentId, options),
  );
  const { writes, ...completion } = known ?? (await complete(api, id, options));
  for (const { done, write } of writes) {
    await write();
    steps.push(done);
  }
  return { id, projectId, environmentId, steps, ...completion };
}

/** Dokploy makes every project with an environment `production`, which is a reserved name: prod is not another one beside it. */
export function findPlace(all: readonly EnvironmentHere[], environment: string): EnvironmentHere | undefined {
  const found = theOnly(all, 'environment', environment);
  return found ?? (environment === 'prod' ? theOnly(all, 'environment', 'production') : undefined);
}

function findService(place: EnvironmentHere, { kind, service }: SetUpOptions): string | undefined {
  const application = theOnly(place.applications, 'application', service)?.applicationId;
  const compose = theOnly(place.compose, 'compose', service)?.composeId;
  const [found, other] = kind === 'application' ? [application, compose] : [compose, application];
  if (found === undefined && other !== undefined) {
    throw otherKind(service, kind === 'application' ? 'compose' : 'application', kind);
  }
  return found;
}

function checkNew(options: SetUpOptions): void {
  const { kind, service, composeFile, image } = options;
  const needed = (what: string) => coreError('OPTIONS_INVALID', `${what} is needed to set up ${service}.`);
  if (kind === 'application' && image === undefined) throw needed('An image');
  if (kind !== 'application' && composeFile === undefined) throw needed('A compose file');
  checkNeeds(options, kind === 'application' ? [] : mountsOf(composeFile ?? '', service), '');
}

async function createService(
  api: DokployApi,
  environmentId: string,
  { kind, service, composeFile = '' }: SetUpOptions,
): Promise<string> {
  if (kind === 'application') return api.createApplication(environmentId, service);
  const composeType = kind === 'stack' ? 'stack' : 'docker-compose';
  return api.createCompose({ environmentId, name: service, composeType, composeFile });
}

/** The one of that name; undefined for none. @throws DOKPLOY_SERVICE_UNFIT for several */
export function theOnly<T extends { readonly name: string }>(
  all: readonly T[],
  kind: string,
  name: string,
): T | undefined {
  const found = all.filter((one) => one.name === name);
  if (found.length <= 1) return found[0];
  throw dokployError(
    'DOKPLOY_SERVICE_UNFIT',
    `There are ${found.length} of ${kind} ${name} in Dokploy, which allows equal names; rename all but one.`,
  );
}
