import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { environments } from '@ehr/delivery-core/environments';
import type { CreateNodes, CreateNodesResult, TargetConfiguration } from '@nx/devkit';
import { showOutputOf } from './show-output.ts';

const PLATFORMS = ['linux/amd64', 'linux/arm64'];
type Targets = Record<string, TargetConfiguration>;

/**
 * Gives every project with a Dockerfile the targets of the delivery, with a configuration per environment. What
 * project.json and nx.json say goes over it. (`createNodes` is what `createNodesV2` is called since Nx 22.)
 */
export const createNodes: CreateNodes = [
  '**/Dockerfile',
  (files, _options, { workspaceRoot }) =>
    files.map((file): readonly [string, CreateNodesResult] => {
      const root = dirname(file);
      const name = projectName(join(workspaceRoot, root));
      return [file, name === undefined ? {} : { projects: { [root]: { root, targets: targetsOf(name) } } }];
    }),
];

/** All but `container`, which is a build like others. */
export const preTasksExecution = showOutputOf(
  Object.keys(targetsOf('ehr-api')).filter((name) => name !== 'container'),
);

/** The targets of the service `name`. */
export function targetsOf(name: string): Targets {
  return {
    container: containerTarget(),
    deploy: {
      ...inEnvironment('deploy', 'Ship it to an environment and verify that it runs there'),
      options: { variablePrefix: variablePrefixOf(name), platforms: PLATFORMS },
    },
    promote: inEnvironment('promote', 'Roll out the very image another environment runs'),
    rollback: inEnvironment('rollback', 'Put an earlier release back and verify it'),
    history: inEnvironment('history', 'What happened to it in an environment'),
    status: target('status', 'What each environment runs'),
    'running-revision': inEnvironment('running-revision', 'Which commit an environment runs'),
    doctor: inEnvironment('doctor', 'Find out why a deploy would not work'),
    'dokploy-setup': {
      ...target('dokploy-setup', 'Create it in Dokploy'),
      // Dokploy has no `local`.
      configurations: perEnvironment((environment) => ({ environment }), ['local']),
    },
  };
}

/** The environments change the tag alone: one image serves them all. */
function containerTarget(): TargetConfiguration {
  const builder = '@nx-tools/nx-container';
  return {
    executor: '@ehr/nx-delivery:container',
    metadata: {
      description: `Build its image for ${PLATFORMS.join(' and ')} by ${builder}, into an OCI layout`,
      technologies: ['docker', builder],
    },
    dependsOn: ['build'],
    cache: true,
    inputs: [
      'production',
      '^production',
      '{workspaceRoot}/tsconfig.base.json',
      { dependentTasksOutputFiles: '**/*' },
      { env: 'DOCKERHUB_USERNAME' },
      { env: 'BASE_IMAGE' },
      // The stand-in for the base image, where the engine has one: images are built on it.
      { runtime: "docker images --quiet --no-trunc --filter 'reference=stand-in.invalid/*'" },
      { externalDependencies: [builder] },
    ],
    outputs: ['{workspaceRoot}/dist/containers/{projectName}'],
    options: { platforms: PLATFORMS, context: 'dist/apps/{projectName}' },
    defaultConfiguration: 'local',
    configurations: perEnvironment((environment) => ({ tag: environment })),
  };
}

/** `API` of `ehr-api`: what its variables start with. */
export function variablePrefixOf(name: string): string {
  return name.replace(/^ehr-/, '').replaceAll('-', '_').toUpperCase();
}

/** A target with a configuration for each environment; without one it is about this machine's. */
function inEnvironment(executor: string, description: string): TargetConfiguration {
  return {
    ...target(executor, description),
    defaultConfiguration: 'local',
    configurations: perEnvironment((environment) => ({ environment })),
  };
}

function target(executor: string, description: string): TargetConfiguration {
  return { executor: `@ehr/nx-delivery:${executor}`, cache: false, metadata: { description } };
}

function perEnvironment<T>(
  configuration: (environment: string) => T,
  without: readonly string[] = [],
): Record<string, T> {
  const names = environments.filter((name) => !without.includes(name));
  return Object.fromEntries(names.map((name) => [name, configuration(name)]));
}

/** A Dockerfile beside no project belongs to something else. */
function projectName(directory: string): string | undefined {
  const file = ['project.json', 'package.json']
    .map((name) => join(directory, name))
    .find((path) => existsSync(path));
  return file && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name;
}
