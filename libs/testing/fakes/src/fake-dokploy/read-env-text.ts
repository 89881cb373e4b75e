/** Variables of Dokploy's environment text: the last one of a name wins, quotes are taken off, ` #…` is cut. */
export function readEnvText(text: string): Map<string, string> {
  const variables = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const found = /^\s*(?:export\s+)?([\w.-]+)\s*=(.*)$/.exec(line);
    if (found === null) continue;
    const [, name = '', raw = ''] = found;
    const value = raw.trim();
    const quoted = /^(['"`])(.*)\1\s*(?:#.*)?$/.exec(value);
    variables.set(name, quoted === null ? value.replace(/\s*#.*$/, '') : (quoted[2] ?? ''));
  }
  return variables;
}
