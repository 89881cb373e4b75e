import { checkDocker } from './check-docker.ts';
import type { DockerFlags } from './check-docker.ts';
import { checkGh } from './check-gh.ts';
import { checkNx } from './check-nx.ts';
import type { NxWorkspace } from './nx-workspace.ts';
import type { SourceFile } from '../lint/finding.ts';

/** What there is to type in this checkout. */
export interface Known {
  readonly nx: NxWorkspace;
  readonly npmScripts: readonly string[];
  readonly deployVerbs: readonly string[];
  readonly pipeline: readonly SourceFile[];
  readonly docker: DockerFlags;
}

const NPM = ['ci', 'install', 'login', 'view', 'audit', 'version'];

/** What is wrong with a command of the documentation; undefined when nothing is. */
export function checkCommand([program = '', ...words]: readonly string[], known: Known): string | undefined {
  if (program.startsWith('--')) return checkOption(program, known);
  if (words.length === 0) return undefined;
  switch (program) {
    case 'nx':
      return checkNx(words, known.nx);
    case 'gh':
      return checkGh(words, known.pipeline);
    case 'docker':
      return checkDocker(words, known.docker);
    case './deploy.sh':
      return checkDeployScript(words, known);
    case 'npm':
      return checkNpm(words, known);
    default:
      return undefined;
  }
}

function checkOption(option: string, { nx }: Known): string | undefined {
  const name = /^--([\w-]+)/.exec(option)?.[1] ?? '';
  return [...nx.options.values()].flat().includes(name) ? undefined : 'no target of ours has this option';
}

function checkNpm(words: readonly string[], known: Known): string | undefined {
  const [verb = '', name = ''] = words.filter((word) => !word.startsWith('-'));
  if (NPM.includes(verb)) return undefined;
  const script = verb === 'run' ? name : verb;
  if (!known.npmScripts.includes(script)) return `there is no npm script "${script}"`;
  const dashes = words.indexOf('--');
  return script === 'deliver' && dashes >= 0 ? checkNx(words.slice(dashes + 1), known.nx) : undefined;
}

function checkDeployScript([environment = '', verb]: readonly string[], known: Known): string | undefined {
  if (environment.startsWith('-') || environment === 'help') return undefined;
  if (!/^<|…/.test(environment) && !known.nx.configurations.includes(environment))
    return `there is no environment "${environment}"`;
  if (verb === undefined || /^<|…/.test(verb) || known.deployVerbs.includes(verb)) return undefined;
  return `deploy.sh has no verb "${verb}"`;
}
