import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { targetsOf } from '@ehr/nx-delivery/plugin';
import { type SourceFile, workspace } from '../lint/source-files.ts';

/** What every target takes. */
const NX_OPTIONS = ['configuration', 'skipNxCache', 'verbose', 'parallel', 'help', 'targets', 'projects'];
const FENCE = /^ *```(\w*)\n([\s\S]*?)^ *```$/gm;

/** What can be typed in a checkout. */
export interface Names {
  /** `project:target` or `plugin:generator`, and its options where an executor of ours says which there are; a command takes any. */
  readonly tasks: ReadonlyMap<string, readonly string[] | undefined>;
  readonly scripts: readonly string[];
}

/**
 * The names in nx.json, the project.json files, the schemas of executors and generators, package.json, and what Nx infers for services.
 * @throws when one of them cannot be read
 */
export function readNames(): Names {
  type Targets = Readonly<Record<string, { readonly executor?: string }>>;
  const json = <T>(path: string) => JSON.parse(readFileSync(join(workspace, path), 'utf8')) as T;
  const files = (pattern: string) => globSync(pattern, { cwd: workspace });
  const options = new Map(
    files('tools/*/src/executors/*/schema.json').map((path) => [
      `@ehr/nx-delivery:${path.split('/').at(-2)}`,
      Object.keys(json<{ properties: object }>(path).properties),
    ]),
  );
  const { targetDefaults } = json<{ targetDefaults: Targets }>('nx.json');
  const { generators } = json<{ generators: Readonly<Record<string, { readonly schema: string }>> }>(
    'tools/nx-delivery/generators.json',
  );
  const made = Object.entries(generators).map(([name, { schema }]) => {
    const { properties } = json<{ properties: object }>(join('tools/nx-delivery', schema));
    return [`@ehr/nx-delivery:${name}`, Object.keys(properties)] as const;
  });
  const tasks = files('{apps,libs/*,tools}/*/project.json').flatMap((path) => {
    const { name, targets } = json<{ name: string; targets: Targets }>(path);
    const isService = existsSync(join(workspace, dirname(path), 'Dockerfile'));
    return Object.entries({ ...targets, ...(isService && targetsOf(name)) }).map(
      ([target, { executor = targetDefaults[target]?.executor ?? '' }]) => {
        return [`${name}:${target}`, options.get(executor)] as const;
      },
    );
  });
  return {
    tasks: new Map([...tasks, ...made]),
    scripts: Object.keys(json<{ scripts: object }>('package.json').scripts),
  };
}

/** The links that lead to no file or heading; `read` answers undefined for a file that is not there. */
export function deadLinks(
  { path, content }: SourceFile,
  read: (path: string) => string | undefined,
): string[] {
  const links = proseOf(content).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g);
  return [...links].flatMap(([, link = '']) => {
    // Other sites are not asked.
    if (/^[a-z]+:/.test(link)) return [];
    const [file = '', anchor] = link.split('#');
    const text = file === '' ? content : read(posix.join(posix.dirname(path), file));
    const alive = text !== undefined && (anchor === undefined || anchorsOf(text).includes(anchor));
    return alive ? [] : [link];
  });
}

/** What begins with nx or npm or is an option alone, in backticks or on a line of a fence marked sh or bash. */
export function commandsIn(content: string): string[] {
  const fences = [...content.matchAll(FENCE)].filter(([, language = '']) => /^(?:sh|bash)$/.test(language));
  const shell = fences.map(([, , body = '']) => body.replace(/\\\n/g, ' ').replace(/(?:^|\s)#.*$/gm, ''));
  const spans = [...proseOf(content).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  return [...shell, ...spans]
    .flatMap((text) => text.split(/\n|&&|\||;/))
    .map((command) => command.trim().replace(/^(?:\w+=\S+ )*(?:npx )?/, ''))
    .filter((command) => /^(?:nx |npm |--[a-z])/.test(command));
}

/** The first name in a command that is not there: a script, a target of a project, an option; undefined if all are. */
export function wrongName(command: string, { tasks, scripts }: Names): string | undefined {
  const [, script, passed = ''] = /^npm (?:run )?(?!ci\b)([\w:-]+)(?: -- (.*))?/.exec(command) ?? [];
  if (script !== undefined && !scripts.includes(script)) return script;
  const nx = script === 'deliver' ? passed : (/^nx (.*)/.exec(command)?.[1] ?? '');
  if (nx === '' && !command.startsWith('--')) return undefined;
  const named = nx === '' ? [...tasks.keys()].filter((task) => tasks.get(task)) : tasksNamed(nx, tasks);
  const isTaken = (option: string) => {
    const name = option.replace(/^--(?:no-)?/, '').replace(/-./g, (dash) => dash.slice(1).toUpperCase());
    return NX_OPTIONS.includes(name) || named.some((task) => tasks.get(task)?.includes(name) ?? true);
  };
  const options = (nx || command).match(/(?<!\S)--\w[\w-]*/g) ?? [];
  return named.find((task) => !tasks.has(task)) ?? options.find((option) => !isTaken(option));
}

/** The `project:target`s that the words after nx speak of; `<project>` and `…` are any project that has the target. */
function tasksNamed(nx: string, tasks: Names['tasks']): string[] {
  const [verb = '', first = ''] = nx.split(' ');
  const many = /^(?:run-many|affected) .*?(?:-t|--targets?)[ =]([\w-]+(?:[ ,]\w[\w-]*)*)/.exec(nx)?.[1];
  const [project = '', target = verb] = first.split(':');
  const wanted = many?.split(/[ ,]/).map((one) => `…:${one}`) ?? [`${project}:${target}`];
  return wanted.map((task) => {
    const end = /^(?:…|<\w+>)(:.*)/.exec(task)?.[1];
    return end === undefined ? task : ([...tasks.keys()].find((one) => one.endsWith(end)) ?? task);
  });
}

function proseOf(content: string): string {
  return content.replace(FENCE, '');
}

/** As GitHub makes them of headings: lower case, no punctuation, hyphens for spaces. */
function anchorsOf(content: string): string[] {
  const headings = [...proseOf(content).matchAll(/^#{1,6} +(.*)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}
