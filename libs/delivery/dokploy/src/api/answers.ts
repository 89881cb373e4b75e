import { Secret } from '@ehr/delivery-core';
import { z } from 'zod';
import { dokployError } from '../dokploy-errors.ts';

// The parts of Dokploy's answers that are needed, and no others: what is not named here (tokens, private keys) is dropped
// at once and can reach no log.

const status = z.enum(['idle', 'running', 'done', 'error']);
const place = z.object({ name: z.string(), project: z.object({ name: z.string() }).nullish() }).nullish();

/** A compose or stack. */
export const composeAnswer = z.object({
  composeId: z.string(),
  name: z.string(),
  appName: z.string(),
  env: z.string().nullable(),
  composeFile: z.string().nullish(),
  command: z.string().nullish(),
  sourceType: z.string(),
  composeType: z.enum(['docker-compose', 'stack']),
  autoDeploy: z.boolean().nullish(),
  composeStatus: status,
  environment: place,
});
/** A compose or stack, as `compose.one` answers. */
export type ComposeAnswer = z.output<typeof composeAnswer>;

/** An application; it may hold a registry password. */
export const applicationAnswer = z.object({
  applicationId: z.string(),
  name: z.string(),
  appName: z.string(),
  env: z.string().nullable(),
  dockerImage: z.string().nullable(),
  sourceType: z.string(),
  autoDeploy: z.boolean().nullish(),
  applicationStatus: status,
  /** Of a GitHub application; a new one has none yet. */
  repository: z.string().nullish(),
  // Needed to write the image: `saveDockerProvider` replaces all four, `saveEnvironment` these three.
  username: z.string().nullable(),
  password: z.string().nullable(),
  registryUrl: z.string().nullable(),
  buildArgs: z.string().nullable(),
  buildSecrets: z.string().nullable(),
  createEnvFile: z.boolean(),
  registryId: z.string().nullish(),
  mounts: z.array(z.object({ mountPath: z.string() })).nullish(),
  environment: place,
});
/** An application, as `application.one` answers. */
export type ApplicationAnswer = z.output<typeof applicationAnswer>;

/** Records of deploys. */
export const deploymentsAnswer = z.array(
  z.object({
    deploymentId: z.string(),
    title: z.string(),
    description: z.string().nullish(),
    // `cancelled` is set when Dokploy starts again; an unknown status of a later version decides nothing.
    status: z
      .enum(['running', 'done', 'error', 'cancelled'])
      .or(z.string().transform(() => 'unknown' as const)),
    createdAt: z.string(),
    finishedAt: z.string().nullish(),
  }),
);
/** A record of one deploy. */
export type Deployment = z.output<typeof deploymentsAnswer>[number];

/** Jobs that wait or run, of the whole server. */
export const queueAnswer = z.array(
  z.object({
    id: z.string(),
    data: z.object({
      composeId: z.string().nullish(),
      applicationId: z.string().nullish(),
      titleLog: z.string().nullish(),
      descriptionLog: z.string().nullish(),
    }),
    state: z.string(),
    /** When it was queued, by the server's clock. */
    timestamp: z.number().nullish(),
  }),
);
/** A deploy that waits or runs. */
export type QueuedJob = z.output<typeof queueAnswer>[number];

/** Registries that Dokploy signs in to. It shows their passwords in clear; here they show themselves nowhere. */
export const registriesAnswer = z.array(
  z.object({
    registryId: z.string(),
    registryName: z.string(),
    registryUrl: z.string(),
    username: z.string(),
    password: z
      .string()
      .nullish()
      .transform((password) => new Secret(password ?? '')),
  }),
);
/** A registry that Dokploy signs in to. */
export type RegistryEntry = z.output<typeof registriesAnswer>[number];

/** Containers; `status` is the text of `docker ps`: `Up 3 minutes (healthy)`. */
export const containersAnswer = z.array(
  z.object({ containerId: z.string(), name: z.string(), status: z.string() }),
);
/** A container of a service. */
export type ContainerHere = z.output<typeof containersAnswer>[number];

/** Swarm tasks; `currentState` is Swarm's text: `Running 41 seconds ago`, `Rejected 30 seconds ago`. */
export const tasksAnswer = z.array(
  z.object({
    containerId: z.string(),
    name: z.string(),
    currentState: z.string(),
    error: z.string().nullish(),
  }),
);
/** A task of a service in Docker Swarm. */
export type TaskHere = z.output<typeof tasksAnswer>[number];

const labels = z.record(z.string(), z.string()).nullish();

/**
 * A container, as `docker inspect` shows it; of Swarm's tasks Dokploy gives the task's id, and Docker then shows the
 * task (`Spec`). An unknown one is an empty answer. Its environment is left out: it holds secrets.
 */
export const inspectedContainer = z
  .object({
    Image: z.string().optional(),
    RestartCount: z.number().nullish(),
    Config: z.object({ Image: z.string(), Labels: labels }).nullish(),
    Mounts: z
      .array(z.object({ Type: z.string(), Name: z.string().nullish(), Destination: z.string() }))
      .nullish(),
    Spec: z
      .object({
        ContainerSpec: z.object({
          Image: z.string(),
          Mounts: z.array(z.object({ Target: z.string() })).nullish(),
        }),
      })
      .nullish(),
  })
  .optional();
/** A container or task as Docker shows it. */
export type InspectedContainer = NonNullable<z.output<typeof inspectedContainer>>;

/** An image on the host, as `docker image inspect` shows it. */
export const inspectedImage = z.object({
  RepoDigests: z.array(z.string()).nullish(),
  Config: z.object({ Labels: labels }).nullish(),
});
/** An image on the host. */
export type InspectedImage = z.output<typeof inspectedImage>;

const serviceHere = { name: z.string() };
/** A project's environments and the services in them. */
export const environmentsAnswer = z.array(
  z.object({
    environmentId: z.string(),
    name: z.string(),
    applications: z.array(z.object({ applicationId: z.string(), ...serviceHere })),
    compose: z.array(z.object({ composeId: z.string(), ...serviceHere })),
  }),
);
/** An environment and the services in it. */
export type EnvironmentHere = z.output<typeof environmentsAnswer>[number];

/** The projects that the key's user has access to. */
export const projectsAnswer = z.array(z.object({ projectId: z.string(), name: z.string() }));

/** The answer in the expected shape. @throws DOKPLOY_REFUSED with the procedure's name when it has another one */
export function read<T>(schema: z.ZodType<T>, procedure: string, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  // Of the issue only the place: its message may repeat a value.
  const content = answer === undefined ? 'nothing' : `no usable ${issue?.path.join('.') || 'value'}`;
  throw dokployError(
    'DOKPLOY_REFUSED',
    `Dokploy's answer to ${procedure} holds ${content}; this tool knows v0.30.2.`,
  );
}
