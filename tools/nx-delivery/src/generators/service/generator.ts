import { join } from 'node:path';
import { baseImageIn, coreError, environments } from '@ehr/delivery-core';
import { formatFiles, generateFiles, type Tree, updateJson } from '@nx/devkit';
import { execa } from 'execa';
import { variablePrefixOf } from '../../plugin/infer-targets.ts';
import { type ListedService, listings, shortNameOf, workflowOf, workflowPathOf } from './listings.ts';

/** What is asked for on the command line. */
interface Options {
  readonly name: string;
  readonly port: number;
}

/** A service of its own is no name of something that is there: an environment's, or what "both" services means. */
const TAKEN: readonly string[] = [...environments, 'both', 'postgres'];

/**
 * `nx g @ehr/nx-delivery:service scheduling --port=4202`: an app that says who it is, and its place in every file that
 * lists the services. What it returns makes the dependencies and the picture of the architecture follow.
 * @throws OPTIONS_INVALID for a name or port that cannot be a service's, and for one that is taken
 */
export default async function serviceGenerator(tree: Tree, options: Options): Promise<() => Promise<void>> {
  const service = checked(tree, options);
  const { name, port } = service;
  generateFiles(tree, join(import.meta.dirname, 'files'), `apps/${name}`, {
    name,
    prefix: variablePrefixOf(name),
    title: shortNameOf(name).replaceAll('-', ' '),
    port,
    devPort: devPortOf(port),
    // As pinned as the others'.
    base: baseImageIn(tree.read('apps/ehr-web/Dockerfile', 'utf8') ?? ''),
  });
  for (const [path, add] of Object.entries(listings)) {
    tree.write(path, add(tree.read(path, 'utf8') ?? '', service));
  }
  const model = tree.read(workflowPathOf('ehr-web'), 'utf8') ?? '';
  tree.write(workflowPathOf(name), workflowOf(model, service));
  updateJson<LaunchSettings>(tree, '.vscode/launch.json', (settings) => withDebugger(settings, service));
  await formatFiles(tree);
  return async () => {
    const inWorkspace = { cwd: tree.root, stdio: 'inherit', preferLocal: true } as const;
    await execa('npm', ['install', '--no-audit', '--no-fund'], inWorkspace);
    const draw = ['run', '--dir', 'tools/delivery-e2e', 'architecture.spec'];
    await execa('vitest', draw, { ...inWorkspace, env: { UPDATE_DOCS: '1' } });
  };
}

function checked(tree: Tree, { name: given, port }: Options): ListedService {
  const name = `ehr-${shortNameOf(given)}`;
  const refuse = (rule: string) => {
    throw coreError('OPTIONS_INVALID', `${rule}.`, {
      hint: 'nx g @ehr/nx-delivery:service scheduling --port=4202',
    });
  };
  if (!/^ehr-[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 40)
    refuse(
      `"${given}" cannot be a service: it must be lower-case words joined by hyphens, of 36 characters at most`,
    );
  if (TAKEN.includes(shortNameOf(name)))
    refuse(`"${given}" is taken: it must not be one of ${TAKEN.join(', ')}`);
  if (tree.exists(`apps/${name}`)) refuse(`apps/${name} is there already`);
  if (!Number.isInteger(port) || port < 1024 || port > 65_535)
    refuse(`"${port}" cannot be its port: it must be a whole number from 1024 to 65535`);
  if (new RegExp(`_PORT:-${port}\\}`).test(tree.read('docker-compose.yml', 'utf8') ?? ''))
    refuse(`Port ${port} is another service's`);
  return { name, port };
}

/** Where `npm run dev` shows it: beside the others', 4202 → 3002. */
function devPortOf(port: number): number {
  return port - 1200 < 1024 ? port + 1200 : port - 1200;
}

interface LaunchSettings {
  readonly configurations: readonly {
    readonly name: string;
    readonly program?: string;
    readonly env?: object;
  }[];
}

function withDebugger(settings: LaunchSettings, { name, port }: ListedService): LaunchSettings {
  const model = settings.configurations.find((one) => one.name === 'ehr-api');
  if (model?.program === undefined) return settings;
  const own = {
    ...model,
    name,
    program: model.program.replace('ehr-api', name),
    env: { ...model.env, PORT: String(devPortOf(port)) },
  };
  return { ...settings, configurations: [...settings.configurations, own] };
}
