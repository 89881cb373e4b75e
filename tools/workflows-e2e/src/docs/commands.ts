import type { Piece } from './markdown.ts';
import { readMarkdown } from './markdown.ts';

/** One command as typed, and the line it stands on. */
export interface Command {
  readonly argv: readonly string[];
  readonly line: number;
}

const NAMES = ['nx', 'npx', 'npm', 'gh', 'docker', './deploy.sh'];
/** `--dryRun` by itself, of a command the sentence speaks of. */
const OPTION = /^--[a-zA-Z]/;

/**
 * The commands a text tells its readers to type, of those programs we know: lines of shell fences, and code spans that
 * begin with one or are an option alone. What only shows a form (`…`, `<project>`) keeps those words.
 */
export function commandsIn(content: string): Command[] {
  const { shell, spans } = readMarkdown(content);
  return [...shell, ...spans]
    .flatMap(simpleCommands)
    .filter(({ argv: [name = ''] }) => NAMES.includes(name) || OPTION.test(name));
}

/** A line's commands between `&&`, `|` and `;`, without comments, redirections, variables before it, and `npx`. */
function simpleCommands({ text, line }: Piece): Command[] {
  const commands: string[][] = [[]];
  for (const [word] of text.matchAll(
    /(?:"[^"]*"|'[^']*'|<[\w| .…-]+>|[^\s"'<>|&;]|(?<=\S)[<>](?=\S))+|&&|\|\|?|;|[<>]+/g,
  )) {
    if (word.startsWith('#')) break;
    if (/^(?:&&|\|\|?|;)$/.test(word)) commands.push([]);
    else commands.at(-1)?.push(word.replace(/^(["'])(.*)\1$/, '$2').replace(/=(["'])(.*)\1$/, '=$2'));
  }
  return commands.map((words) => {
    const redirection = words.findIndex((word) => /^\d?[<>]+$/.test(word));
    const typed = redirection < 0 ? words : words.slice(0, redirection);
    const start = typed.findIndex((word) => !/^(?:\w+=.*|\$|do|npx)$/.test(word));
    return { argv: start < 0 ? [] : typed.slice(start), line };
  });
}
