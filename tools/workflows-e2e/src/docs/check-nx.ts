import type { NxWorkspace } from './nx-workspace.ts';

/** Nx's own, for every target. */
const COMMON = ['configuration', 'skipNxCache', 'verbose', 'outputStyle', 'parallel', 'help', 'tui', 'graph'];
const MANY = ['targets', 'target', 'projects', 'exclude', 'base', 'head', 'files', 'all'];
const SHORT: Readonly<Record<string, string>> = { c: 'configuration', t: 'targets', p: 'projects' };
const OTHER = ['show', 'graph', 'reset', 'format', 'report', 'list', 'daemon', 'sync'];
const PLACEHOLDER = /^<.*>$|…/;

/** What is wrong with the words after `nx`; undefined when nothing is. */
export function checkNx(words: readonly string[], nx: NxWorkspace): string | undefined {
  const [verb = ''] = words;
  if (OTHER.includes(verb)) return undefined;
  if (verb === 'run-many' || verb === 'affected') return checkMany(words.slice(1), nx);
  const [task, rest] =
    verb === 'run' ? [words[1] ?? '', words.slice(2)] : [`${words[1] ?? ''}:${verb}`, words.slice(2)];
  const [project = '', target = '', configuration] = task.split(':');
  const named = PLACEHOLDER.test(project) ? [...nx.projects.values()].flat() : nx.projects.get(project);
  if (named === undefined) return `there is no project "${project}"`;
  if (!named.includes(target)) return `${project} has no target "${target}"`;
  return checkConfiguration(configuration, nx) ?? checkOptions(rest, [target], [], nx);
}

function checkMany(words: readonly string[], nx: NxWorkspace): string | undefined {
  const targets: string[] = [];
  let reading = false;
  for (const word of words) {
    const inline = /^(?:-t|--targets?)=(.*)$/.exec(word)?.[1];
    if (inline !== undefined) targets.push(...inline.split(','));
    if (word.startsWith('-')) reading = /^(?:-t|--targets?)$/.test(word);
    else if (reading) targets.push(...word.split(','));
  }
  const known = new Set([...nx.projects.values()].flat());
  const strange = targets.find((target) => !known.has(target) && !PLACEHOLDER.test(target));
  if (targets.length === 0) return 'no target is named';
  return strange === undefined
    ? checkOptions(words, targets, MANY, nx)
    : `no project has a target "${strange}"`;
}

function checkOptions(
  words: readonly string[],
  targets: readonly string[],
  more: readonly string[],
  nx: NxWorkspace,
): string | undefined {
  for (const [index, word] of words.entries()) {
    const [, dashes = '', raw = '', , value = words[index + 1]] = /^(--?)([\w-]+)(=(.*))?$/.exec(word) ?? [];
    if (dashes === '') continue;
    const option = dashes === '-' ? (SHORT[raw] ?? raw) : camelCase(raw.replace(/^no-/, ''));
    if (option === 'configuration') {
      const wrong = checkConfiguration(value, nx);
      if (wrong !== undefined) return wrong;
    }
    if (COMMON.includes(option) || more.includes(option)) continue;
    // Options of targets that are commands go to the command.
    const strange = targets.find((target) => nx.options.get(target)?.includes(option) === false);
    if (strange !== undefined) return `${strange} has no option ${word}`;
  }
  return undefined;
}

function checkConfiguration(name: string | undefined, { configurations }: NxWorkspace): string | undefined {
  if (name === undefined || PLACEHOLDER.test(name) || configurations.includes(name)) return undefined;
  return `there is no environment "${name}"`;
}

function camelCase(option: string): string {
  return option.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
