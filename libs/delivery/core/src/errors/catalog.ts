import { type ErrorCatalog, errorsOf } from './delivery-error.ts';

/** The ways in which a delivery is refused or fails that the core itself knows; an adapter has its own catalogue. */
export const coreErrors = {
  OPTIONS_INVALID: {
    message: 'An option, setting or argument does not fit its rule; all of them are listed together.',
    hint: 'Correct the options named above; `nx run <project>:deploy --help` describes each.',
    effect: 'none',
  },
  SOURCE_UNREADABLE: {
    message: 'The Git checkout could not say which revision this is.',
    hint: 'Run inside a Git checkout with at least one commit.',
  },
  GATE_REFUSED: {
    message: 'The image holds a secret, or breaks another rule for what may be shipped; it was not pushed.',
    hint: 'Take out what is named above, and change the secret if it was one: it has been in an image. What is harmless is accepted in gate-accepted.json beside the Dockerfile; docs/SUPPLY_CHAIN.md.',
  },
  BASE_IS_STAND_IN: {
    message:
      'The image is built on the stand-in that a machine makes for a base image where Docker Hub cannot be reached: it is for `local`, or a registry on loopback. Nothing was written.',
    hint: 'Build where Docker Hub or a mirror of it can be reached, after `npm start -- --prepare`, which takes the stand-in away there; or name a base with BASE_IMAGE.',
    effect: 'none',
  },
  LAYOUT_MISSING: {
    message: 'There is no OCI image layout where the container target should have written one.',
    hint: 'Run `nx container <project>`; it writes dist/containers/<project>.',
  },
  LAYOUT_INVALID: {
    message: 'The OCI image layout is damaged or is not the image this plan is about.',
    hint: 'Rebuild with `nx container <project> --skip-nx-cache`.',
  },
  PLAN_CHANGED: {
    message: 'What would be done now is not what the reviewed plan says; nothing was written.',
    hint: 'Make a new plan with `--plan=<file>`, review it and apply that one.',
  },
  TAGS_UNSETTLED: {
    message: 'A moving tag did not stay where it was put: somebody else keeps moving it.',
    hint: 'Find out who else writes to the repository, then run again.',
  },
  TAG_IMMUTABLE: {
    message: 'A tag that never moves already names another image; nothing was written.',
    hint: 'Commit the change, so that it gets a tag of its own; an image is never replaced under its tag.',
  },
  SOURCE_DIRTY: {
    message: 'The working tree holds changes that are in no commit; shared environments get commits only.',
    hint: 'Commit or stash the changes; `local` takes a dirty tree.',
  },
  IMAGE_BLOCKED: {
    message: 'The image failed its verification in a rollout before; nothing was written.',
    hint: 'Ship a fix; or unblock it with `--unblock "why it is safe now"`. `nx run <project>:history` tells what happened.',
  },
  IMAGE_UNTRUSTED: {
    message: 'The image has no signature that COSIGN_PUBLIC_KEY verifies; nothing was written.',
    hint: 'Deploy the content again, which signs it; docs/SUPPLY_CHAIN.md shows how to sign what is there.',
  },
  RELEASE_UNKNOWN: {
    message: 'There is no release to go to: the name is in neither the registry nor the journal.',
    hint: '`nx run <project>:history` lists the releases; a version, a revision, a tag or a digest names one.',
  },
  ENVIRONMENT_FROZEN: {
    message: 'The environment was rolled back and is frozen there, so that automation does not undo it.',
    hint: 'Unfreeze it with `--unfreeze "why"` when the fix is ready.',
  },
  DEPLOY_IN_PROGRESS: {
    message: 'Another run is changing this service in this environment; nothing was written.',
    hint: 'Run again when it has ended. A run that was killed keeps others out for a minute at most.',
  },
  DIVERGED: {
    message:
      'Which of the two is newer, what runs or what would be rolled out, cannot be said: neither is made on top of the other, or this checkout does not know one of them. Nothing was written.',
    hint: 'Deploy the tip of the environment’s branch as the remote has it; or say why this one is right with `--allowOlder "reason"`.',
    effect: 'none',
  },
  RELEASE_UNTAGGED: {
    message:
      'The commit is not the one that the remote’s Git tag of this version names; nothing was written.',
    hint: 'Push the tag (`git push origin <tag>`) and release from its commit: all runs of a release ship one image.',
    effect: 'none',
  },
  DATA_NOT_KEPT: {
    message:
      'The service is set up to keep its records in the container itself: each rollout would lose them. Nothing was written.',
    hint: 'Give it a volume where the image keeps them, or set DATABASE_URL; `nx run <project>:doctor` tells where that is.',
    effect: 'none',
  },
  SCHEMA_BEYOND: {
    message:
      'The image and what the environment runs have no schema of the database in common. Nothing was rolled out.',
    hint: 'Roll out the releases in between first, one after the other; further back than the schema allows leads only a backup. docs/FHIR_API.md tells how the schema changes.',
    effect: 'none',
  },
  TARGET_CHANGED: {
    message:
      'Somebody changed what the environment runs while this run was at work; what they did was left alone.',
    hint: '`nx run <project>:status` tells what runs now; find out who changes it beside this tool, then deploy again.',
    verdict: 'target-changed',
  },
  SMOKE_TEST_FAILED: {
    message:
      'The new image did not become healthy in a trial beside the running one; the rollout was refused.',
    hint: 'The log above is the new image speaking; the running version was not touched.',
  },
  ROLLOUT_FAILED: {
    message: 'The engine could not start the new containers.',
    hint: 'Read the engine’s words above: a port that is taken, a program that is not in the image.',
  },
  IMAGE_UNSTARTABLE: {
    message: 'The engine cannot start the image’s own program: it is not in the image, or is none.',
    hint: 'Read the engine’s words above; run the image by itself with `docker run --rm`, mend it and deploy again.',
    effect: 'image-fault',
    verdict: 'crash-looping',
  },
  DEPENDENCY_MISSING: {
    message: 'It ended because something it needs is not there (a setting, the database).',
    hint: 'Read its last words above, mend the setting or the database, and deploy again.',
  },
  SERVICE_CRASHES: {
    message: 'The new containers crash as they start.',
    hint: 'The log above is the new image speaking; the previous version was put back unless said otherwise.',
    effect: 'image-fault',
    verdict: 'crash-looping',
  },
  SERVICE_UNHEALTHY: {
    message: 'The new image runs, and its own health check fails.',
    hint: 'Look at the checks that fail, by name above or in its log: often a database or a variable of this environment is missing.',
    effect: 'image-fault',
    verdict: 'unhealthy',
  },
  SERVICE_STILL_OLD: {
    message: 'The previous version still answers on the service’s address: the platform never changed it.',
    hint: 'Look at the platform’s log; a stale tag, a pull that failed and an update that was put back by itself look like this.',
    verdict: 'still-old',
  },
  SERVICE_ROLLED_BACK: {
    message:
      'The new image answered, and the platform put the previous one back by itself, while it reported success.',
    hint: 'Docker Swarm does that when new tasks fail: look at the log of the new tasks.',
    effect: 'image-fault',
    verdict: 'silently-rolled-back',
  },
  SERVICE_WRONG_IMAGE: {
    message: 'What answers on the service’s address is neither the new image nor the previous one.',
    hint: 'Another process may hold the port, a route may lead elsewhere, or somebody else deployed meanwhile.',
    verdict: 'wrong-image',
  },
  SERVICE_WRONG_ENVIRONMENT: {
    message: 'The service’s public address leads to another environment.',
    hint: 'Correct the public address in this environment’s settings, or the route that leads there.',
    verdict: 'wrong-image',
  },
  SERVICE_DEGRADED: {
    message: 'A check of the service that passed before this rollout does not pass any more.',
    hint: 'The checks named above say what the new version cannot reach or do.',
    effect: 'image-fault',
    verdict: 'unhealthy',
  },
  SERVICE_RESTARTS: {
    message: 'The new version became healthy and did not stay: it ended and was started again.',
    hint: 'Its log tells why it ends; `nx run <project>:status` counts its restarts.',
    effect: 'image-fault',
    verdict: 'crash-looping',
  },
  SERVICE_UNREACHABLE: {
    message: 'Nothing that says who it is answers on the service’s public address.',
    hint: 'Check the address, the domain and its certificate; `nx run <project>:doctor` asks along the whole way.',
    verdict: 'unreachable',
  },
  UNDO_FAILED: {
    message: 'The rollout failed and the previous version could not be put back: the service may be down.',
    hint: 'Look at `docker compose ps` and the log now; deploy a known good revision by hand.',
    verdict: 'undo-failed',
  },
} as const satisfies ErrorCatalog;

/** Makes an error of the core's catalogue. */
export const coreError = errorsOf(coreErrors);
