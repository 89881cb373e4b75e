import { parse } from 'dotenv';

/**
 * The `.env` that Dokploy writes beside a compose file (contract § 7.1): its own variables, and the service's text as
 * dotenv reads it, each value quoted and escaped anew. What dotenv cuts off, such as ` #…`, is gone.
 */
export function envFileOf(appName: string, env: string): string {
  const own = [`APP_NAME=${appName}`, `COMPOSE_PROJECT_NAME=${appName}`, 'DOCKER_CONFIG=/root/.docker'];
  const given = Object.entries(parse(env)).map(([name, value]) => `${name}="${escaped(value)}"`);
  return `${[...own, ...given].join('\n')}\n`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('$', '\\$').replaceAll('\n', '\\n');
}
