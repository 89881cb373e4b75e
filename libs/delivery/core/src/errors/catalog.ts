/**
 * Every way a delivery can be refused or fail, with what to do about it.
 * `docs/ERRORS.md` is this table for readers; a test keeps the two equal.
 */
export const errorCatalog = {
  OPTIONS_INVALID: {
    meaning: 'An option, setting or argument does not fit its rule; all of them are listed together.',
    hint: 'Correct the options named above; `nx run <project>:deploy --help` describes each.',
  },
  SOURCE_UNREADABLE: {
    meaning: 'The Git checkout could not say which revision this is.',
    hint: 'Run inside a Git checkout with at least one commit.',
  },
  ENGINE_UNAVAILABLE: {
    meaning: 'The container engine does not answer, or lacks buildx or compose.',
    hint: 'Start Docker, or run `npm start`, which finds or installs an engine.',
  },
  ENGINE_SINGLE_PLATFORM: {
    meaning: 'The selected builder cannot build several platforms or write an OCI layout.',
    hint: 'Switch Docker to the containerd image store, or `docker buildx create --use --driver docker-container`.',
  },
  BUILD_FAILED: {
    meaning: 'The image could not be built; the builder said why just above.',
    hint: 'Run `nx container <project>` alone to see the whole output.',
  },
  NATIVE_CODE: {
    meaning: 'The application layer holds machine code for one architecture, so it cannot be shared by two.',
    hint: 'Remove the dependency, or list the file under `allowNativeCode` and build that layer for each platform.',
  },
  GATE_REFUSED: {
    meaning: 'The image holds a secret, or breaks another rule for what may be shipped; it was not pushed.',
    hint: 'Take out what is named above, and change the secret if it was one: it has been in an image.',
  },
  LAYOUT_MISSING: {
    meaning: 'There is no OCI image layout where the container target should have written one.',
    hint: 'Run `nx container <project>`; it writes dist/containers/<project>.',
  },
  LAYOUT_INVALID: {
    meaning: 'The OCI image layout is damaged or is not the image this plan is about.',
    hint: 'Rebuild with `nx container <project> --skip-nx-cache`.',
  },
  REGISTRY_UNREACHABLE: {
    meaning: 'The registry did not answer, also after retries.',
    hint: 'Check the REGISTRY setting and the network; locally `npm start` starts a registry.',
  },
  REGISTRY_UNAUTHORIZED: {
    meaning: 'The registry does not accept the credentials, or none were given.',
    hint: 'Set DOCKERHUB_USERNAME and DOCKERHUB_TOKEN (an access token that may write), or `docker login`.',
  },
  REGISTRY_REFUSED: {
    meaning: 'The registry answered with an error that a retry will not change.',
    hint: 'Read the status and code above; check that the repository exists and the quota is not used up.',
  },
  SIGNING_UNAVAILABLE: {
    meaning: 'A signature is asked for and cannot be made here; nothing was pushed.',
    hint: 'Install `cosign`; set COSIGN_PRIVATE_KEY, or give the workflow `id-token: write`; or ask for no signature.',
  },
  SIGNING_FAILED: {
    meaning: 'cosign could not sign the image, which is in the registry without a tag.',
    hint: 'Read cosign’s words above; a wrong COSIGN_PASSWORD is the most common cause. Then run again.',
  },
  PLAN_CHANGED: {
    meaning: 'What would be done now is not what the reviewed plan says; nothing was written.',
    hint: 'Make a new plan with `--plan=<file>`, review it and apply that one.',
  },
  TAG_IMMUTABLE: {
    meaning: 'A tag that never moves already names another image; nothing was written.',
    hint: 'Commit the change, so that it gets a tag of its own; an image is never replaced under its tag.',
  },
  SOURCE_DIRTY: {
    meaning: 'The working tree holds changes that are in no commit; shared environments get commits only.',
    hint: 'Commit or stash the changes; `local` takes a dirty tree.',
  },
  IMAGE_BLOCKED: {
    meaning: 'The image failed its verification in a rollout before; nothing was written.',
    hint: 'Ship a fix; or unblock it with `--unblock "why it is safe now"`. `nx run <project>:history` tells what happened.',
  },
  RELEASE_UNKNOWN: {
    meaning: 'There is no release to go to: the name is in neither the registry nor the journal.',
    hint: '`nx run <project>:history` lists the releases; a version, a revision, a tag or a digest names one.',
  },
  ENVIRONMENT_FROZEN: {
    meaning: 'The environment was rolled back and is frozen there, so that automation does not undo it.',
    hint: 'Unfreeze it with `--unfreeze "why"` when the fix is ready.',
  },
  DEPLOY_IN_PROGRESS: {
    meaning: 'Another run is changing this service in this environment; nothing was written.',
    hint: 'Run again when it has ended. A run that was killed keeps others out for ten minutes at most.',
  },
  TARGET_UNAVAILABLE: {
    meaning: 'The environment could not be read or changed: `docker compose` refused.',
    hint: 'Read the message above; `docker compose config` checks the file and its variables.',
  },
  SMOKE_TEST_FAILED: {
    meaning:
      'The new image did not become healthy in a trial beside the running one; the rollout was refused.',
    hint: 'The log above is the new image speaking; the running version was not touched.',
  },
  ROLLOUT_FAILED: {
    meaning: 'The engine could not start the new containers.',
    hint: 'Read the engine’s words above: a port that is taken, a program that is not in the image.',
  },
  SERVICE_CRASHES: {
    meaning: 'The new containers crash as they start.',
    hint: 'The log above is the new image speaking; the previous version was put back unless said otherwise.',
  },
  SERVICE_UNHEALTHY: {
    meaning: 'The new image runs, and its own health check fails.',
    hint: 'The checks named above say what it lacks: often a database or a variable of this environment.',
  },
  SERVICE_STILL_OLD: {
    meaning: 'The previous version still answers on the service’s address: the platform never changed it.',
    hint: 'Look at the platform’s log; a stale tag, a pull that failed and an update that was put back by itself look like this.',
  },
  SERVICE_ROLLED_BACK: {
    meaning:
      'The new image ran and the platform put the previous one back by itself, while it reported success.',
    hint: 'Docker Swarm does that when new tasks fail: look at the log of the new tasks.',
  },
  SERVICE_WRONG_IMAGE: {
    meaning: 'What answers on the service’s address is neither the new image nor the previous one.',
    hint: 'Another process may hold the port, a route may lead elsewhere, or somebody else deployed meanwhile.',
  },
  SERVICE_UNREACHABLE: {
    meaning: 'Nothing that says who it is answers on the service’s public address.',
    hint: 'Check the address, the domain and its certificate; `nx run <project>:doctor` asks along the whole way.',
  },
  UNDO_FAILED: {
    meaning: 'The rollout failed and the previous version could not be put back: the service may be down.',
    hint: 'Look at `docker compose ps` and the log now; deploy a known good revision by hand.',
  },
  DOKPLOY_UNREACHABLE: {
    meaning: 'Dokploy did not answer, also after retries.',
    hint: 'Check DOKPLOY_URL (scheme, host, port; no redirect is followed) and that Dokploy is up: GET /api/health.',
  },
  DOKPLOY_UNAUTHORIZED: {
    meaning: 'Dokploy does not accept the API key, or its user may not do this.',
    hint: 'Check DOKPLOY_API_KEY and that its user has access to the service; a key without a switched-off rate limit also looks like this.',
  },
  DOKPLOY_THROTTLED: {
    meaning:
      'Dokploy refuses a key that worked a moment ago: its rate limit is used up. Dokploy says 401 for that.',
    hint: 'Make the key in Dokploy’s web interface, or through the API with `rateLimitEnabled: false`; the default is ten checks a day, two for each call.',
  },
  DOKPLOY_REFUSED: {
    meaning:
      'Dokploy answered with an error that a retry will not change, or in a way this tool does not know.',
    hint: 'Read the status and message above; `doctor` checks the address, the key, the id and the version.',
  },
  DOKPLOY_SERVICE_UNFIT: {
    meaning: 'The service in Dokploy is not set up so that an image can be pinned in it.',
    hint: 'Set it up as the message says, or let `dokploy-setup` do it.',
  },
  DOKPLOY_PIN_LOST: {
    meaning: 'Dokploy does not hold the image that was written to it: something else changed it.',
    hint: 'Find out who else writes to this service (a person, another pipeline), then run again.',
  },
  DOKPLOY_BUSY: {
    meaning: 'Earlier deploys of this service did not end in time; nothing was changed.',
    hint: 'Look at the queue in Dokploy; a deploy that hangs blocks all others until Dokploy is restarted.',
  },
  DOKPLOY_DEPLOY_FAILED: {
    meaning: 'Dokploy’s record of this deploy ended with an error.',
    hint: 'The log above is Dokploy’s; look at what runs, too: a port conflict takes the old container away, a failed pull does not.',
  },
  DOKPLOY_DEPLOY_CANCELLED: {
    meaning: 'Dokploy was restarted during this deploy; its containers may be up all the same.',
    hint: 'Look at what answers, then run the same command again.',
  },
  DOKPLOY_NEVER_STARTED: {
    meaning:
      'Dokploy accepted this deploy and then lost it: it neither waits nor has a record. A restart empties the queue.',
    hint: 'Nothing was rolled out; run the same command again.',
  },
  DOKPLOY_RECORD_VANISHED: {
    meaning: 'Dokploy’s record of this deploy was there and is gone, so how it ended cannot be told.',
    hint: 'Dokploy keeps eleven records for a service; look at what answers, then run again.',
  },
  DOKPLOY_TIMEOUT: {
    meaning: 'This deploy did not end in time; it may still end.',
    hint: 'Look at it in Dokploy; raise the time allowed if the image is large.',
  },
  GITHUB_REFUSED: {
    meaning: 'GitHub did not take the release.',
    hint: 'Read the status above: the job needs the permission `contents: write`, and the tag must be pushed.',
  },
  WEBHOOK_REFUSED: {
    meaning: 'The Dokploy webhook did not start a deploy, whatever its status.',
    hint: 'Read the message above: automatic deploys may be off, the token rotated, or the image or branch another one.',
  },
} as const satisfies Record<string, { meaning: string; hint: string }>;

export type DeliveryErrorCode = keyof typeof errorCatalog;
