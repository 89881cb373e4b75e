/**
 * Dokploy reads its environment text with `dotenv`; this is dotenv's own expression for a line, so that a value over
 * several lines is seen as one and never taken for a variable.
 */
const LINE =
  /^(?<head>[^\S\r\n]*(?:export[^\S\r\n]+)?)(?<name>[\w.-]+)(?<sign>[^\S\r\n]*=[^\S\r\n]*|:[^\S\r\n]+)(?<value>(?:'(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`)(?=[^\S\r\n]*(?:#.*)?$)|[^#\r\n]*)/gm;

/** The value dotenv would give: the last one of the name, without its quotes. Undefined when there is none. */
export function readVariable(text: string, name: string): string | undefined {
  let found: string | undefined;
  for (const { groups = {} } of text.matchAll(LINE)) {
    if (groups['name'] === name) found = unquote(groups['value'] ?? '');
  }
  return found;
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

/** Every value of the text, for taking them out of logs. */
export function valuesOf(text: string): string[] {
  return [...text.matchAll(LINE)].map(({ groups = {} }) => unquote(groups['value'] ?? ''));
}

function unquote(value: string): string {
  const trimmed = value.trim();
  return /^(['"`])[\s\S]*\1$/.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
}
