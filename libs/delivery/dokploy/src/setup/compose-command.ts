/**
 * Dokploy's own command neither pulls nor waits. With this one a compose's `done` means healthy (the image needs a
 * HEALTHCHECK), and the time-out keeps a container that never settles from blocking the server's whole queue.
 * Dokploy puts `docker` before it; it names the app, so it can be set only once the compose exists.
 */
export function composeCommand(appName: string, waitSeconds = 120): string {
  return `compose -p ${appName} -f docker-compose.yml up -d --pull always --remove-orphans --wait --wait-timeout ${waitSeconds}`;
}
