/**
 * Dokploy's own command does not wait. With this one a compose's `done` means healthy (the image needs a HEALTHCHECK),
 * and the time-out keeps a container that never settles from blocking the server's whole queue. It pulls what the host
 * lacks and nothing else: a digest never changes, and a version that ran here can be put back while the registry is down.
 * Dokploy puts `docker` before it; it names the app, so it can be set only once the compose exists.
 */
export function composeCommand(appName: string, waitSeconds = 120): string {
  return commandOf(appName, 'missing', waitSeconds);
}

/** Whether it is the command that an earlier set-up gave; a person's is another one. */
export function isOldCommand(command: string, appName: string): boolean {
  const seconds = /--wait-timeout (\d+)$/.exec(command)?.[1];
  return seconds !== undefined && command === commandOf(appName, 'always', Number(seconds));
}

function commandOf(appName: string, pull: 'missing' | 'always', waitSeconds: number): string {
  return `compose -p ${appName} -f docker-compose.yml up -d --pull ${pull} --remove-orphans --wait --wait-timeout ${waitSeconds}`;
}
