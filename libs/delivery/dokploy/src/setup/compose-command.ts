/** What a service's command in Dokploy is to do. */
export interface ComposeCommand {
  /** How long `docker compose up --wait` waits. */
  readonly waitSeconds: number;
  /**
   * `missing`: what the host lacks and nothing else. A digest never changes, and a version that ran here can be put back
   * while the registry is down · `always`: for webhooks, which deploy what a moved tag names.
   */
  readonly pull: 'missing' | 'always';
}

/**
 * Dokploy's own command does not wait. With this one a compose's `done` means healthy (the image needs a HEALTHCHECK),
 * and the time-out keeps a container that never settles from blocking the server's whole queue.
 * Dokploy puts `docker` before it; it names the app, so it can be set only once the compose exists.
 */
export function composeCommand(appName: string, command: Partial<ComposeCommand> = {}): string {
  const { pull = 'missing', waitSeconds = 120 } = command;
  return `compose -p ${appName} -f docker-compose.yml up -d --pull ${pull} --remove-orphans --wait --wait-timeout ${waitSeconds}`;
}

/** What a set-up put there; null for a person's own command. */
export function readComposeCommand(text: string, appName: string): ComposeCommand | null {
  const [, pull, seconds] = /--pull (missing|always) .* --wait-timeout (\d+)$/.exec(text) ?? [];
  if (pull === undefined) return null;
  const found = { pull: pull === 'always' ? 'always' : 'missing', waitSeconds: Number(seconds) } as const;
  return composeCommand(appName, found) === text ? found : null;
}
