import type { z } from 'zod';
import {
  affectedSchema,
  containerSchema,
  deploySchema,
  doctorSchema,
  dokploySetupSchema,
  githubReleaseSchema,
  historySchema,
  promoteSchema,
  rollbackSchema,
  statusSchema,
} from './option-schemas.ts';

/** What `--help` tells of an executor, beside its options. */
export interface ExecutorDocument {
  readonly schema: z.ZodObject;
  readonly title: string;
  readonly description: string;
  /** Command → what it does. */
  readonly examples: Readonly<Record<string, string>>;
}

/** Every executor of the plugin, by name. */
export const executorDocuments: Readonly<Record<string, ExecutorDocument>> = {
  container: {
    schema: containerSchema,
    title: "Build a service's image for several platforms into an OCI layout",
    description:
      "Runs @nx-tools/nx-container on the service's Dockerfile with the build output as context. Writes dist/containers/<project>; pushes nothing.",
    examples: {
      'nx container ehr-api': 'Build the image for both platforms into dist/containers/ehr-api.',
      'nx container ehr-api --configuration=staging': 'The same image, named by the tag staging.',
    },
  },
  deploy: {
    schema: deploySchema,
    title: 'Ship a service to an environment and verify that it runs there',
    description:
      'Builds the image unless the registry has one with this fingerprint, pushes it, moves the tags, rolls it out pinned by digest, and asks the service itself whether it is that image. After a failed rollout the previous version is put back.',
    examples: {
      'nx deploy ehr-api': 'Ship ehr-api to this machine and verify that it runs.',
      'nx deploy ehr-api --dryRun': 'Show what would happen, and why steps would be skipped.',
      'nx deploy ehr-web --json --timeoutSeconds=300':
        'The report as JSON, with more patience for a slow machine.',
      'nx deploy ehr-api --configuration=staging --plan=plan.json':
        'Store a plan to be reviewed; the same with --apply=plan.json carries it out.',
    },
  },
  promote: {
    schema: promoteSchema,
    title: 'Roll out the very image another environment runs',
    description:
      'Takes the digest that `from` is verified to run and rolls it out here: nothing is built, no layer moves.',
    examples: {
      'nx promote ehr-api --configuration=prod --from=staging': 'What staging runs becomes what prod runs.',
      'nx promote ehr-api --configuration=prod --from=staging --plan=plan.json':
        'Store a plan to be reviewed; the same with --apply=plan.json carries it out.',
    },
  },
  rollback: {
    schema: rollbackSchema,
    title: 'Put an earlier release back and verify it',
    description:
      'Rolls out an image the registry has: nothing is built, no layer moves, neither Git nor CI is needed. The environment is then frozen, so that automation does not undo it.',
    examples: {
      'nx rollback ehr-api --configuration=prod': 'Back to the previous release.',
      'nx rollback ehr-api --configuration=prod --to=v1.0.0': 'Back to a version.',
      'nx rollback ehr-api --configuration=staging --plan=plan.json':
        'Store a plan to be reviewed; the same with --apply=plan.json carries it out.',
    },
  },
  history: {
    schema: historySchema,
    title: 'What happened to a service in an environment',
    description: 'Reads the journal that is kept in the registry beside the images; newest first.',
    examples: {
      'nx history ehr-api --configuration=prod': 'Releases, rollbacks, blocks and freezes of prod.',
    },
  },
  status: {
    schema: statusSchema,
    title: 'What each environment runs',
    description:
      'One line an environment: version, revision, image, since when, whether the service verifies it, and what disagrees.',
    examples: { 'nx status ehr-api': 'All environments that are set up.' },
  },
  'affected-since-deployed': {
    schema: affectedSchema,
    title: "Services whose environment does not run this checkout's content",
    description:
      'Asks the environment itself what each service runs, not what CI did last: one line a service, or for a CI matrix one line of JSON with the names of those that need a deploy.',
    examples: {
      'nx run nx-delivery:affected-since-deployed --configuration=staging':
        'What a deploy of everything to staging would change, and why.',
      "nx run nx-delivery:affected-since-deployed --configuration=staging --json | grep '^\\['":
        'The names alone, without the lines Nx prints, ready for a matrix.',
    },
  },
  'github-release': {
    schema: githubReleaseSchema,
    title: 'Make the GitHub Release of a version',
    description:
      "Writes the notes from the commits since the previous version and the images' digests, and creates the release, or completes the one that is there. The images must be in the registry.",
    examples: {
      'nx run nx-delivery:github-release --tag=v1.2.3':
        'In a GitHub Actions job, which sets GITHUB_REPOSITORY and GITHUB_TOKEN.',
    },
  },
  doctor: {
    schema: doctorSchema,
    title: 'Find out why a deploy would not work',
    description:
      'Inspects everything a deploy rests on and changes nothing: settings, engine, registry, image, Dokploy, public address and journal. Each check says what it found and what to do; docs/DOCTOR.md lists them. Fails when a check fails; warnings and what cannot be known do not count.',
    examples: {
      'nx run ehr-api:doctor --configuration=staging': 'Every check of ehr-api in staging, with what to do.',
      'nx run ehr-api:doctor --configuration=prod --json':
        'The same for a script: name, verdict (ok, warn, fail, unknown, not-used), message and hint of each check.',
    },
  },
  'dokploy-setup': {
    schema: dokploySetupSchema,
    title: 'Create a service in Dokploy',
    description:
      "Creates what is missing: project, environment, the registry log-in (when there are credentials) and the service, with a compose file made of the workspace's docker-compose.yml. What is there stays as it is, so the second run changes nothing. Reads DOKPLOY_URL and DOKPLOY_API_KEY, an owner's or admin's key; prints the settings to store, never the key.",
    examples: {
      'nx run ehr-api:dokploy-setup --configuration=staging':
        'A compose ehr-api in the environment staging of the project ehr-connect.',
      'nx run ehr-api:dokploy-setup --configuration=prod --kind=application --json':
        'An application instead, and the outcome as JSON.',
      'nx run ehr-web:dokploy-setup --configuration=dev --publishPort=4200':
        'Publish the service on a port of the host, for a proxy of your own.',
    },
  },
};
