import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { expand } from 'dotenv-expand';
import type { ProcessEnv } from '../process-env.ts';

/** Which values of the process environment nobody set: Nx put them there out of a file. */
export interface LoadedValues {
  /** The file whose loading gives `name` this value; undefined when no file explains it. */
  fileOf(name: string, value: string): string | undefined;
  /** Whether a file that Nx loads for this very task explains it. */
  isOfThisRun(name: string, value: string): boolean;
}

interface EnvFile {
  /** Relative to the workspace: `.env.local`, `apps/ehr-api/.env`. */
  readonly path: string;
  readonly raw: Readonly<Record<string, string>>;
}

const ENV_FILE = /^\.(?:.+\.)?env(?:\..+)?$/;

/**
 * Before any executor runs, Nx loads `.env*` files of the workspace and of the project into the process environment, with
 * dotenv and dotenv-expand, whatever environment is meant. So a value there that a file explains, as it stands in the file
 * or expanded, says nothing about what somebody wanted for this run.
 */
export async function readLoadedValues(
  root: string,
  projectRoot: string | undefined,
  processEnv: ProcessEnv,
): Promise<LoadedValues> {
  const directories = projectRoot === undefined || projectRoot === '.' ? [''] : ['', projectRoot];
  const files = (await Promise.all(directories.map((directory) => readDirectory(root, directory)))).flat();
  const together = Object.assign({}, ...files.map(({ raw }) => raw)) as Record<string, string>;
  const made = files.map(({ path, raw }) => ({
    path,
    raw,
    forms: [
      raw,
      expandAlone(raw, processEnv),
      expandAlone({ ...together, ...raw }, processEnv),
      expandAmong(raw, processEnv),
    ],
  }));
  const explaining = (name: string, value: string) =>
    made
      .filter(({ raw, forms }) => raw[name] !== undefined && forms.some((form) => form[name] === value))
      .map(({ path }) => path);
  const ofThisRun = new Set(filesOfThisRun(projectRoot, processEnv));
  return {
    fileOf: (name, value) => explaining(name, value)[0],
    isOfThisRun: (name, value) => explaining(name, value).some((path) => ofThisRun.has(path)),
  };
}

async function readDirectory(root: string, directory: string): Promise<EnvFile[]> {
  const entries = await readdir(join(root, directory), { withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => !entry.isDirectory() && ENV_FILE.test(entry.name) && !entry.name.endsWith('.example'))
    .map(({ name }) => join(directory, name))
    .sort();
  return Promise.all(
    names.map(async (path) => ({ path, raw: parse(await readFile(join(root, path), 'utf8')) })),
  );
}

/** As dotenv-expand does where none of the file's names was set before. */
function expandAlone(raw: EnvFile['raw'], processEnv: ProcessEnv): Record<string, string> {
  const others = Object.entries(definedOf(processEnv)).filter(([name]) => raw[name] === undefined);
  return expandIn(raw, { ...Object.fromEntries(others), ...raw });
}

/** As it does for each name where all the others are as they are now. */
function expandAmong(raw: EnvFile['raw'], processEnv: ProcessEnv): Record<string, string> {
  const known = definedOf(processEnv);
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [
      name,
      expandIn({ [name]: value }, { ...known, [name]: value })[name] ?? value,
    ]),
  );
}

function expandIn(raw: EnvFile['raw'], known: Record<string, string>): Record<string, string> {
  const { parsed = {} } = expand({ parsed: { ...raw }, processEnv: known });
  return Object.fromEntries(Object.entries(parsed));
}

function definedOf(processEnv: ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(processEnv).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** What Nx loads when it starts, and for the task it says this process is (nx/src/tasks-runner/task-env-paths). */
function filesOfThisRun(projectRoot: string | undefined, processEnv: ProcessEnv): string[] {
  const { NX_TASK_TARGET_TARGET: target, NX_TASK_TARGET_CONFIGURATION: configuration } = processEnv;
  const identifiers = [
    target !== undefined && configuration !== undefined && `${target}.${configuration}`,
    configuration,
    target,
  ].filter((identifier) => typeof identifier === 'string' && identifier !== '');
  const names = identifiers.flatMap((identifier) => [
    `.env.${String(identifier)}.local`,
    `.env.${String(identifier)}`,
    `.${String(identifier)}.local.env`,
    `.${String(identifier)}.env`,
  ]);
  const all = [...names, '.env.local', '.local.env', '.env'];
  return projectRoot === undefined ? all : [...all, ...all.map((name) => join(projectRoot, name))];
}
