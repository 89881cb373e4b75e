import { readVariable } from '../target/env-text.ts';

/** Set by Dokploy itself in the .env it writes. */
const SET_BY_DOKPLOY = ['APP_NAME', 'COMPOSE_PROJECT_NAME', 'DOCKER_CONFIG'];

/**
 * Variables that a compose file refers to without a default and that the environment text does not set.
 * `${NAME:?}` must hold something; `${NAME}` and `${NAME?}` must be there.
 */
export function missingVariables(composeFile: string, environment: string): string[] {
  const uncommented = composeFile.replace(/(^|\s)#.*$/gm, '$1');
  // `$$` is a dollar sign for the container.
  const references = uncommented.replaceAll('$$', '').matchAll(/\$(?:(\w+)|\{(\w+)(:?[-?+])?)/g);
  const missing = [...references].flatMap(([, bare, braced, operator = '']) => {
    const name = bare ?? braced ?? '';
    if (/[-+]$/.test(operator)) return [];
    const value = readVariable(environment, name);
    return value === undefined || (operator === ':?' && value === '') ? [name] : [];
  });
  return [...new Set(missing)].filter((name) => !SET_BY_DOKPLOY.includes(name));
}
