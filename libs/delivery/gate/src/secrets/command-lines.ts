import { isPassword } from './plausible.ts';
import { matchGroup, type TextMatch } from './text-match.ts';

const VALUE = `(?:\\s+|=)["']?([^\\s"'$;|&<>-][^\\s"'$;|&<>]{3,500})`;
const OPTION =
  '--?(?:[a-z]+-)*(?:password|passwd|pass|token|secret|api-?key|access-?key|secret-?key|private-?key)';
const ARGUMENTS = [
  `(?<=\\s|^)${OPTION}${VALUE}`,
  `\\blogin\\b[^\\n;|&]{0,200}?\\s-p${VALUE}`,
  `\\bsshpass\\s+-p${VALUE}`,
  `\\bmysql\\w*\\b[^\\n;|&]{0,200}?\\s-p([^\\s"'$;|&-][^\\s"'$;|&]{3,200})`,
  // `machine github.com login ada password …`
  `\\blogin\\s+\\S+\\s+password${VALUE}`,
].map((pattern) => new RegExp(pattern, 'gi'));
const USER = /\s(?:-u|--user)(?:\s+|=)["']?[^\s:"'$]+:([^\s"'$;|&]{3,200})/g;

/** Secrets that a command is given: `docker login -p …`, `curl -u user:…`, `--token=…`; no paths and no names of variables. */
export function matchCommandLine(line: string): TextMatch[] {
  const isGiven = (value: string) => isPassword(value) && !value.startsWith('/') && !/^[A-Z_]+$/.test(value);
  return [...ARGUMENTS, USER].flatMap((pattern) =>
    matchGroup(line, pattern, 'a secret as an argument', isGiven),
  );
}
