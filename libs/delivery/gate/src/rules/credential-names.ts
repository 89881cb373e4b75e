/** `NAME=value` as it stands in a config's `Env` or in a history line. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
}

/** Every assignment in a history line: `ENV A=1 B="2"`, `ARG A=1`, and what BuildKit writes of arguments: `RUN |1 A=1 /bin/sh -c …`. */
export function assignmentsIn(line: string): readonly Assignment[] {
  const pattern = /(?<![\w.$-])([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|([^\s;|&]*))/g;
  return [...line.matchAll(pattern)].map(([, name = '', double, single, bare]) => ({
    name,
    value: double ?? single ?? bare ?? '',
  }));
}

/** `ARG NPM_TOKEN`: any `RUN` after it writes the value into the history. */
export function argumentIn(line: string): string | undefined {
  return /^(?:\/bin\/sh -c #\(nop\)\s+)?ARG ([A-Za-z_]\w*)$/.exec(line.trim())?.[1];
}

/** A value that is no credential whatever its name: none, a switch, a reference, or the place of a mounted secret. */
export function isHarmless(value: string): boolean {
  return /^(?:|true|false|yes|no|on|off|0|1|\$\{?\w+\}?|\$\(.*|\/(?:var\/)?run\/secrets\/\S*)$/i.test(
    value.trim(),
  );
}

/** The password in `scheme://user:password@host`, of any scheme; a reference is none. */
export function passwordInUrl(value: string): string | undefined {
  const match = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:([^\s/@"']+)@/i.exec(value);
  return match?.[1] === undefined || isHarmless(match[1]) ? undefined : match[1];
}
