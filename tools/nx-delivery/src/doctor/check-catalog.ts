/**
 * Everything `doctor` asks, in its order, with what to do when the answer is not good and says nothing better itself.
 * `docs/DOCTOR.md` is this table for readers; a test keeps the two equal.
 */
export const checkCatalog = {
  settings: {
    message: 'Every setting the environment needs is there and fits its rule.',
    hint: 'Set what is named above in the process environment or in .env.<environment>.',
  },
  engine: {
    message: 'The container engine answers; images are built with it.',
    hint: 'Start Docker, or run `npm start`, which finds or installs an engine.',
  },
  builder: {
    message: 'The selected builder can build several platforms and write an OCI layout.',
    hint: 'Switch Docker to the containerd image store, or `docker buildx create --use --driver docker-container`.',
  },
  'base-image': {
    message: 'What the service’s image is built on is pinned by digest, and is no stand-in.',
    hint: 'Run `npx nx run nx-delivery:pin-base-image` where the base’s registry can be reached, and commit what it writes.',
  },
  'registry-reachable': {
    message: 'A registry answers where REGISTRY says.',
    hint: 'Check REGISTRY and the network; locally `npm start` starts a registry.',
  },
  'registry-read': {
    message: 'The sign-in may read the service’s repository.',
    hint: 'Set DOCKERHUB_USERNAME and DOCKERHUB_TOKEN, or `docker login`; the token must cover this repository.',
  },
  'registry-write': {
    message: 'The sign-in may write to it: an upload is begun and cancelled, nothing stays.',
    hint: 'Use an access token that may read and write.',
  },
  'registry-rate-limit': {
    message: 'Docker Hub has pulls left for us; other registries are not asked.',
    hint: 'Sign in, which raises the limit, or wait until the window is over.',
  },
  'environment-tag': {
    message: 'The environment’s moving tag names an image.',
    hint: 'Deploy the service to the environment; the deploy moves the tag.',
  },
  'image-platforms': {
    message: 'That image has every platform the deploy target lists.',
    hint: 'Deploy again: the image is built for all platforms together.',
  },
  'supply-chain': {
    message:
      'An SBOM and a provenance are attached to that image, are about it, and are signed by whom they should be.',
    hint: 'Set COSIGN_PRIVATE_KEY (or COSIGN=true in GitHub Actions) for deploys, and COSIGN_PUBLIC_KEY for doctor.',
  },
  'dokploy-reachable': {
    message: 'Dokploy’s process and database answer.',
    hint: 'Check DOKPLOY_URL (scheme, host, port; no redirect is followed) and that Dokploy is up.',
  },
  'dokploy-key': {
    message: 'Dokploy accepts the API key and does not throttle it.',
    hint: 'Make a key in Dokploy’s web interface, or through its API with `rateLimitEnabled: false`.',
  },
  'dokploy-version': {
    message: 'Dokploy is a version this tool was tested with.',
    hint: 'Try a deploy to an environment that may fail before the others follow.',
  },
  'dokploy-service': {
    message: 'The service exists in Dokploy, the key may use it, and it is what the settings say.',
    hint: 'Correct the id, or let `dokploy-setup` create the service.',
  },
  'dokploy-auto-deploy': {
    message: 'Auto deploy is on: without it every webhook is refused, while the API deploys all the same.',
    hint: 'Switch Auto Deploy on in the service’s settings in Dokploy.',
  },
  'dokploy-pin': {
    message: 'Dokploy runs the image that a deploy writes to it, or the tag names where a webhook deploys.',
    hint: 'Use `${<PREFIX>_IMAGE_TAG:?}` in the service’s `image:`, or let `dokploy-setup` write the compose file.',
  },
  'dokploy-done-healthy': {
    message: 'Dokploy says done only when the containers are healthy.',
    hint: 'Clear the command in Dokploy and run `dokploy-setup`, which sets one that pulls and waits.',
  },
  'dokploy-update-rules': {
    message: 'Docker Swarm puts the previous version of an application or stack back when a new one fails.',
    hint: 'Give the service `deploy: { update_config: { failure_action: rollback } }` in its file in Dokploy, as docker-stack.yml has it.',
  },
  'dokploy-pull': {
    message:
      'A webhook pulls what a moved tag names; a pinned digest is pulled only where the host lacks it.',
    hint: 'Clear the command in Dokploy and run `dokploy-setup`, whose command pulls what is missing.',
  },
  'dokploy-registry-login': {
    message:
      'Dokploy has a log-in for a repository that not everybody may read, and the registry accepts it.',
    hint: 'Run `dokploy-setup` with the registry’s credentials and an owner’s key: it signs Dokploy in, anew when the token was changed. Or do it in Dokploy (Settings → Registry).',
  },
  'dokploy-variables': {
    message: 'Every variable the compose file cannot do without is set in Dokploy.',
    hint: 'Add the variables named above to the service’s environment in Dokploy.',
  },
  'dokploy-own-name': {
    message: 'The service asks other services by names that lead into its own environment.',
    hint: 'Set the variable named above in Dokploy to the service’s own name there (`http://ehr-api-<environment>:3000`), or run `dokploy-setup` for a new service.',
  },
  'dokploy-queue': {
    message: 'No job has been in Dokploy’s queue for longer than a deploy takes.',
    hint: 'Look at the deploy that hangs; it blocks all others until it ends or Dokploy is restarted.',
  },
  'public-route': {
    message: 'The service’s public address answers with its own health report, and healthy.',
    hint: 'Check <PREFIX>_PUBLIC_URL, the domain and the proxy, then the service’s log.',
  },
  'service-warnings': {
    message: 'The service itself has nothing to warn of.',
    hint: 'Look at what the service warns of above: it answers, and lacks something.',
  },
  'service-restarts': {
    message: 'Its containers did not start again since they were started with this image.',
    hint: 'Look at the container’s log: it ends now and then, and starts again by itself.',
  },
  'data-kept': {
    message:
      'The service’s data outlives its container: it has a database, or a volume where the image keeps data.',
    hint: 'Set DATABASE_URL for the service (in Dokploy: the internal connection URL of a PostgreSQL service), or mount a volume where its image keeps data; the next deploy takes the records along otherwise.',
  },
  'running-image': {
    message: 'What answers is the image the environment’s tag names.',
    hint: 'Deploy or roll back; `nx run <project>:history` tells what happened.',
  },
  'image-blocked': {
    message: 'That image is not blocked after a failed verification.',
    hint: 'Ship a fix, or unblock it with `deploy --unblock "why it is safe now"`.',
  },
  'environment-frozen': {
    message: 'No rollback froze the environment.',
    hint: 'Unfreeze it with `deploy --unfreeze "why"` when the fix is ready.',
  },
  journal: {
    message: 'All documents of the journal in the registry can be read.',
    hint: 'Somebody else wrote there, or a clean-up rule took documents away: delete the tags that are named, and mend the rule.',
  },
  'deploy-running': {
    message: 'No other run is changing the service there now.',
    hint: 'Wait for it. A run that was killed keeps others out for a minute at most.',
  },
} as const;

/** A check's stable name: scripts and documents refer to it. */
export type CheckName = keyof typeof checkCatalog;
