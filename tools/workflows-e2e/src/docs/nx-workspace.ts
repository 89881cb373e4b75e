import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workspace } from '../lint/shipped-files.ts';

/** What can be typed after `nx`. */
export interface NxWorkspace {
  /** Targets by project. */
  readonly projects: ReadonlyMap<string, readonly string[]>;
  /** Options by target, where an executor of ours says which there are. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly configurations: readonly string[];
}

interface Target {
  readonly executor?: string;
}

/** From the project.json files, nx.json and the schemas of the executors. */
export async function readNxWorkspace(): Promise<NxWorkspace> {
  const json = async <T>(path: string) => JSON.parse(await readFile(join(workspace, path), 'utf8')) as T;
  const { targetDefaults } = await json<{ targetDefaults: Record<string, Target> }>('nx.json');
  const { executors } = await json<{ executors: Record<string, { schema: string }> }>(
    'tools/nx-delivery/executors.json',
  );
  const projects = new Map<string, string[]>();
  const executorOf = new Map(Object.entries(targetDefaults).map(([name, { executor }]) => [name, executor]));
  for (const folder of ['apps', 'libs', 'tools']) {
    for (const directory of await readdir(join(workspace, folder))) {
      const project = await json<{ name: string; targets: Record<string, Target> }>(
        `${folder}/${directory}/project.json`,
      ).catch(() => undefined);
      if (project === undefined) continue;
      projects.set(project.name, Object.keys(project.targets));
      for (const [name, { executor }] of Object.entries(project.targets))
        if (executor !== undefined && !executorOf.has(name)) executorOf.set(name, executor);
    }
  }
  const options = new Map<string, string[]>();
  for (const [target, executor] of executorOf) {
    const entry = executors[/^@ehr\/nx-delivery:(.+)$/.exec(executor ?? '')?.[1] ?? ''];
    if (entry === undefined) continue;
    const schema = await json<{ properties: object }>(join('tools/nx-delivery', entry.schema));
    options.set(target, Object.keys(schema.properties));
  }
  return { projects, options, configurations: ['local', 'dev', 'staging', 'prod'] };
}
