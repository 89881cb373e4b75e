import { parseVersionTag } from '@ehr/delivery-core';
import { z } from 'zod';
import { boardSchema } from './board-schema.ts';
import {
  anEnvironment,
  environment,
  json,
  noneIfEmpty,
  optionalText,
  platforms,
  reason,
  timeoutSeconds,
  WHERE,
} from './shared-options.ts';

/*
 * The one source of every option: defaults, checks and, through `nx run nx-delivery:generate`, each executor's
 * schema.json. Nx itself checks no more than the type there, so that all problems are told together, by us.
 */

/** What a project's `deploy` target says of its service, with its configurations; every command reads it there. */
export const serviceSchema = z.object({
  variablePrefix: z
    .string('must be a prefix such as API')
    .regex(/^[A-Z][A-Z0-9_]*$/, 'must be a prefix in capitals, such as API')
    .describe("Prefix of the service's variables in docker-compose.yml, such as API for API_IMAGE_TAG."),
  healthPath: z
    .string()
    .startsWith('/', 'must be a path that starts with /')
    .default('/health')
    .describe('Path on which the service says who it is.'),
  platforms,
  timeoutSeconds: timeoutSeconds.default(120),
});

/** The checked facts of a service. */
export type ServiceFacts = Readonly<z.output<typeof serviceSchema>>;

/** Facts that a command was given itself; undefined is none. */
export type GivenFacts = { readonly [K in keyof ServiceFacts]?: ServiceFacts[K] | undefined };

const rollout = {
  environment,
  json,
  dryRun: z.boolean().default(false).describe('Show what would be done and change nothing.'),
  plan: optionalText(
    'Write the plan to this file, for review, and change nothing: from which digest to which, commits, tags that move, bytes to send, variables that change.',
  ),
  apply: optionalText(
    'Carry out the plan in this file; refused when anything it rests on has changed since.',
  ),
  waitSeconds: z
    .number('must be a number of seconds')
    .min(0, 'must not be negative')
    .max(3600, 'must be at most 3600')
    .default(0)
    .describe(
      'How long to wait for another run that is changing the same service in the same environment; with 0 the run refuses as soon as it sees that the other is alive.',
    ),
  allowOlder: reason(
    'Roll out something older than what runs, or something that cannot be compared with it, and why.',
  ),
  unblock: reason(
    'Ship an image that failed its verification before, and why; the words go into the journal.',
  ),
  unfreeze: reason('Change an environment that a rollback froze, and why; the words go into the journal.'),
};

/** A rollout of an image that exists; what is not said here is said by the `deploy` target. */
const existing = {
  ...rollout,
  timeoutSeconds: timeoutSeconds
    .optional()
    .describe("Patience with the new containers, in seconds; the deploy target's when not given."),
};

/** Options of `deploy`. */
export const deploySchema = z.strictObject({
  ...serviceSchema.shape,
  ...rollout,
  smokeTest: z
    .boolean()
    .default(true)
    .describe(
      'First start the image beside the running one, without its data or address; an image that cannot start is refused.',
    ),
  rollOut: z
    .boolean()
    .default(true)
    .describe(
      'Roll the image out. With false it is built, pushed and tagged by its revision (and release), and the environment is left alone.',
    ),
  release: z
    .preprocess(
      noneIfEmpty,
      z
        .string()
        .refine(
          (tag) => parseVersionTag(tag) !== undefined,
          'must be a version tag such as v1.2.3 or v1.2.3-rc.1',
        )
        .nullable()
        .default(null),
    )
    .describe(
      'Release the image as this version tag, such as v1.2.3: exact tags first, the moving ones when it is verified, never backwards. The tree must be clean and the commit that the remote’s Git tag names. A prerelease is published and not rolled out.',
    ),
});

/** Options of `promote`. */
export const promoteSchema = z.strictObject({
  ...existing,
  from: anEnvironment.describe("The environment whose image becomes this one's."),
});

/** Options of `rollback`. */
export const rollbackSchema = z.strictObject({
  ...existing,
  to: z
    .preprocess(noneIfEmpty, z.string().nullable().default(null))
    .describe(
      'A version (v1.0.0), a commit, a tag or a digest; the last verified release before the present one when not given.',
    ),
});

/** Options of `history`. */
export const historySchema = z.strictObject({
  environment,
  json,
  limit: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .default(20)
    .describe('How many entries at most.'),
});

/** Options of `status`. */
export const statusSchema = z.strictObject({ json });

/** Options of `running-revision`. */
export const runningRevisionSchema = z.strictObject({ environment });

/** Options of `affected-since-deployed`. */
export const affectedSchema = z.strictObject({
  environment,
  services: optionalText(
    'Look at these alone, separated by commas; without it at every project that has a deploy target.',
  ),
  json: json.describe(
    'Print the names of the services that need a deploy as one line of JSON; what else there is to say goes to standard error.',
  ),
});

/** Options of `doctor`. */
export const doctorSchema = z.strictObject({ environment, json });

/** Options of `dokploy-setup`. */
export const dokploySetupSchema = z.strictObject({
  environment: anEnvironment.describe(WHERE),
  json,
  kind: z
    .enum(['compose', 'stack', 'application'], 'must be compose, stack or application')
    .default('compose')
    .describe(
      'What the service becomes in Dokploy; a compose tells the most about a rollout. An application has no volume: give ehr-api a DATABASE_URL.',
    ),
  dokployProject: z
    .string()
    .default('ehr-connect')
    .describe('The project in Dokploy; all environments may share one.'),
  publishPort: z
    .int('must be a port')
    .optional()
    .describe(
      "Publish the service on this port of the host (of loopback, unless BIND_ADDRESS says otherwise; a stack: of all addresses). Without it only Dokploy's proxy reaches it.",
    ),
  waitSeconds: z
    .int('must be a number of seconds')
    .min(1, 'must be at least 1')
    .optional()
    .describe(
      'How long a deploy of a compose may take to become healthy before Dokploy calls it failed; it keeps other deploys of the server waiting. A new compose has 120, another keeps what it has.',
    ),
});

/** Options of `github-release`. */
export const githubReleaseSchema = z.strictObject({
  tag: z
    .string()
    .refine((tag) => parseVersionTag(tag) !== undefined, 'must be a version tag such as v1.2.3')
    .describe('The version tag, such as v1.2.3 or v1.3.0-rc.1.'),
  environment: anEnvironment.default('prod').describe('Whose settings say where the images are.'),
});

/** Options of `container`. */
export const containerSchema = z.strictObject({
  platforms: platforms.describe('Platforms to build, as os/architecture.'),
  context: z
    .string()
    .default('dist/apps/{projectName}')
    .describe('Directory that becomes /app in the image, relative to the workspace root.'),
  tag: z
    .string()
    .default('local')
    .describe(
      "The environment's tag; it names the image and changes no byte of it. Set by the configurations local, dev, staging and prod.",
    ),
  load: z.boolean().default(true).describe('Give it to the local engine, for `docker run`.'),
});

/** Executor → its schema. */
export const optionSchemas = {
  container: containerSchema,
  deploy: deploySchema,
  promote: promoteSchema,
  rollback: rollbackSchema,
  history: historySchema,
  status: statusSchema,
  board: boardSchema,
  'running-revision': runningRevisionSchema,
  'affected-since-deployed': affectedSchema,
  'github-release': githubReleaseSchema,
  'pin-base-image': z.strictObject({}),
  doctor: doctorSchema,
  'dokploy-setup': dokploySetupSchema,
};
