/**
 * Dokploy reads its environment text with `dotenv`; this is dotenv's own expression for a line, so that a value over
 * several lines is seen as one and never taken for a variable.
 */
const LINE =
  /^(?<head>[^\S\r\n]*(?:export[^\S\r\n]+)?)(?<name>[\w.-]+)(?<sign>[^\S\r\n]*=[^\S\r\n]*|:[^\S\r\n]+)(?<value>(?:'(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`)(?=[^\S\r\n]*(?:#.*)?$)|[^#\r\n]*)/gm;

/** Every name with its value, without quotes, in the order of the text. */
export function entriesOf(text: string): [name: string, value: string][] {
  return [...text.matchAll(LINE)].map(({ groups = {} }) => {
    const value = (groups['value'] ?? '').trim();
    const quoted = /^(['"`])[\s\S]*\1$/.test(value);
    return [groups['name'] ?? '', quoted ? value.slice(1, -1) : value];
  });
}

/** The value dotenv would give: the last one of the name. Undefined when there is none. */
export function readVariable(text: string, name: string): string | undefined {
  return entriesOf(text).findLast(([found]) => found === name)?.[1];
}

/** Sets variables and leaves every other byte as it was; a name that is not there yet is added at the end. */
export function setVariables(text: string, values: Readonly<Record<string, string>>): string {
  const missing = new Map(Object.entries(values));
  const changed = text.replace(LINE, (...found) => {
    const groups = found.at(-1) as { head: string; name: string; sign: string; value: string };
    const value = values[groups.name];
    if (value === undefined) return found[0];
    // Every one of the name: whichever a reader takes, it takes this.
    missing.delete(groups.name);
    const space = /[^\S\r\n]*$/.exec(groups.value)?.[0] ?? '';
    return `${groups.head}${groups.name}${groups.sign}${value}${space}`;
  });
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const gap = changed === '' || changed.endsWith('\n') ? '' : newline;
  const lines = [...missing].map(([name, value]) => `${name}=${value}`);
  return lines.length === 0 ? changed : `${changed}${gap}${lines.join(newline)}${gap === '' ? newline : ''}`;
}

/** Whether a compose file's text refers to the variable: `${API_IMAGE_TAG:?}`, `${API_IMAGE_TAG}` or `$API_IMAGE_TAG`. */
export function usesVariable(composeFile: string, variable: string): boolean {
  return new RegExp(`\\$\\{?${variable}\\b`).test(composeFile);
}

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
