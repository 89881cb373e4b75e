import { dokployError } from '../dokploy-errors.ts';
import { z } from 'zod';

/**
 * The parts of Dokploy's answers that are needed, and no others: what is not named here (tokens, registry passwords,
 * private keys) is dropped at the door and can reach no log.
 */
const status = z.enum(['idle', 'running', 'done', 'error']);
const place = z.object({ name: z.string(), project: z.object({ name: z.string() }).nullish() }).nullish();

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
export type ComposeAnswer = z.output<typeof composeAnswer>;

export const applicationAnswer = z.object({
  applicationId: z.string(),
  name: z.string(),
  appName: z.string(),
  env: z.string().nullable(),
  dockerImage: z.string().nullable(),
  sourceType: z.string(),
  autoDeploy: z.boolean().nullish(),
  applicationStatus: status,
  /** Of a GitHub application; a new-born one has none yet. */
  repository: z.string().nullish(),
  // Needed to write the image: `saveDockerProvider` replaces all four, `saveEnvironment` these three.
  username: z.string().nullable(),
  password: z.string().nullable(),
  registryUrl: z.string().nullable(),
  buildArgs: z.string().nullable(),
  buildSecrets: z.string().nullable(),
  createEnvFile: z.boolean(),
  registryId: z.string().nullish(),
  environment: place,
});
export type ApplicationAnswer = z.output<typeof applicationAnswer>;

export const deploymentsAnswer = z.array(
  z.object({
    deploymentId: z.string(),
    title: z.string(),
    description: z.string().nullish(),
    // `cancelled` is set when Dokploy starts again; an unknown word of a later version is no verdict.
    status: z
      .enum(['running', 'done', 'error', 'cancelled'])
      .or(z.string().transform(() => 'unknown' as const)),
    createdAt: z.string(),
    finishedAt: z.string().nullish(),
  }),
);
export type Deployment = z.output<typeof deploymentsAnswer>[number];

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
export type QueuedJob = z.output<typeof queueAnswer>[number];

export const registriesAnswer = z.array(
  z.object({
    registryId: z.string(),
    registryName: z.string(),
    registryUrl: z.string(),
    username: z.string(),
  }),
);
export type RegistryEntry = z.output<typeof registriesAnswer>[number];

/** Docker's words, as `docker ps` has them. */
export const containersAnswer = z.array(
  z.object({ containerId: z.string(), name: z.string(), status: z.string() }),
);
export type ContainerHere = z.output<typeof containersAnswer>[number];

/** Swarm's words: `Running 41 seconds ago`, `Failed 14 seconds ago`, `Rejected 30 seconds ago`. */
export const tasksAnswer = z.array(
  z.object({
    containerId: z.string(),
    name: z.string(),
    currentState: z.string(),
    error: z.string().nullish(),
  }),
);
export type TaskHere = z.output<typeof tasksAnswer>[number];

const serviceHere = { name: z.string() };
export const environmentsAnswer = z.array(
  z.object({
    environmentId: z.string(),
    name: z.string(),
    applications: z.array(z.object({ applicationId: z.string(), ...serviceHere })),
    compose: z.array(z.object({ composeId: z.string(), ...serviceHere })),
  }),
);
export type EnvironmentHere = z.output<typeof environmentsAnswer>[number];

export const projectsAnswer = z.array(z.object({ projectId: z.string(), name: z.string() }));

/** The answer in the shape expected; a later Dokploy that answers otherwise is refused by name, never half understood. */
export function read<T>(schema: z.ZodType<T>, procedure: string, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  // Of the issue only the place: its message may repeat a value.
  const where = answer === undefined ? 'nothing' : `no usable ${issue?.path.join('.') || 'value'}`;
  throw dokployError(
    'DOKPLOY_REFUSED',
    `Dokploy's answer to ${procedure} holds ${where}; this tool knows v0.30.2.`,
  );
}
