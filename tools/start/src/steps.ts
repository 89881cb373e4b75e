import { arch } from 'node:os';
import {
  chooseBuilder,
  chooseEngine,
  chromiumPath,
  findChromium,
  findExecutable,
  installPackages,
  isRoot,
  LOCAL_REGISTRY,
  machineRelease,
  postgresBinaries,
  prepareEngine,
  prepareLocalRegistry,
  provideBaseImage,
  readEngineFacts,
  registerArm64,
  SandboxError,
  testPackages,
} from '@ehr/testing-sandbox';
import { Listr, type ListrTask, PRESET_TIMER } from 'listr2';

/** One line of what a command shows while it works. */
export interface Step {
  readonly title: string;
  /** What it returns is shown behind the title when it is done; what it passes to `onProgress`, while it runs. */
  readonly run: (onProgress: (message: string) => void) => Promise<string>;
}

/** What runs one after the other; the steps of an array among them, at the same time. */
type Steps = readonly (Step | readonly Step[])[];

/**
 * Engine, registry and base image: what building, pushing and deploying need. `builder` gets the variables of the
 * process environment for every `docker buildx` that follows, `onBaseImage` what the services are built on.
 */
export function prepareSteps(
  builder: Record<string, string>,
  onBaseImage: (reference: string) => void = () => undefined,
): [Step, Step[]] {
  return [
    {
      title: 'Container engine',
      run: async (onProgress) => {
        const { version, started } = await prepareEngine(onProgress);
        Object.assign(builder, await chooseBuilder());
        return `Docker ${version}${started ? ', started' : ''}`;
      },
    },
    [
      {
        title: 'Local registry',
        run: async () => `${LOCAL_REGISTRY}${(await prepareLocalRegistry()).started ? ', started' : ''}`,
      },
      {
        title: 'Base image',
        run: async (onProgress) => {
          const { reference, message } = await provideBaseImage(onProgress);
          onBaseImage(reference);
          return `${reference} (${message})`;
        },
      },
    ],
  ];
}

/**
 * Runs the steps, those `beside` meanwhile, and shows each with its time: live on a terminal, plain lines elsewhere.
 *
 * @throws the error of the first step that fails; those after it do not run
 */
export async function runSteps(steps: Steps, beside: readonly Step[] = []): Promise<void> {
  const single = ({ title, run }: Step): ListrTask => ({
    title,
    task: async (_context, task) => {
      task.title = `${title}: ${await run((message) => (task.output = message))}`;
    },
  });
  const group = (list: ListrTask[], concurrent: boolean): ListrTask => ({
    task: (_context, task) => task.newListr(list, { concurrent }),
  });
  const inOrder = steps.map((step) => ('run' in step ? single(step) : group(step.map(single), true)));
  await new Listr([group(inOrder, false), ...beside.map(single)], {
    concurrent: true,
    // main.ts decides what Ctrl-C does.
    registerSignalListeners: false,
    fallbackRendererCondition: !process.stdout.isTTY || Boolean(process.env['CI']),
    rendererOptions: { timer: PRESET_TIMER, removeEmptyLines: false, showErrorMessage: false },
    fallbackRenderer: 'simple',
    fallbackRendererOptions: { timer: PRESET_TIMER },
  }).run();
}

/**
 * The steps that provide all the tests need, those of `prepareSteps` among them. None of them fails: what cannot be had
 * is added to `missing`, and the tests that need it skip or, with CI set, fail.
 */
export function testSteps(builder: Record<string, string>, missing: string[]): Step[] {
  const steps: Step[] = [
    { title: 'Packages', run: installTestPackages },
    ...prepareSteps(builder).flat(),
    { title: 'PostgreSQL', run: async () => postgresBinaries() ?? notInstalled('PostgreSQL', 'postgresql') },
    { title: 'Chromium', run: async () => chromiumPath() },
    ...['cosign', 'shellcheck'].map((name) => ({
      title: name,
      run: async () => findExecutable(name) ?? notInstalled(name, name),
    })),
    { title: 'arm64 programs', run: describeArm64 },
  ];
  return steps.map(({ title, run }) => ({
    title,
    run: (onProgress) =>
      run(onProgress).catch((error: unknown) => {
        missing.push(`${title}: ${error instanceof Error ? error.message : String(error)}`);
        if (error instanceof SandboxError) missing.push(`  → ${error.hint}`);
        return 'MISSING';
      }),
  }));
}

/** One apt run for everything, the engine included; only on Debian and Ubuntu as root. */
async function installTestPackages(onProgress: (message: string) => void): Promise<string> {
  const release = machineRelease();
  if (!release || !isRoot()) return 'none installed (not root on Debian or Ubuntu)';
  const engine = chooseEngine(await readEngineFacts());
  const present = {
    postgresql: postgresBinaries() !== undefined,
    'chromium-headless-shell': findChromium() !== undefined,
    'qemu-user-static': arch() === 'arm64' || findExecutable('qemu-aarch64-static') !== undefined,
    cosign: findExecutable('cosign') !== undefined,
    shellcheck: findExecutable('shellcheck') !== undefined,
  };
  const names = [
    ...(engine.kind === 'install' ? engine.packages.names : []),
    ...testPackages(present, release),
  ];
  if (names.length === 0) return 'all there';
  onProgress(`installing ${names.join(' ')}`);
  await installPackages(names);
  return `installed ${names.join(' ')}`;
}

async function describeArm64(): Promise<string> {
  if (await registerArm64()) return 'can be run';
  throw new SandboxError('this machine cannot run arm64 programs', 'Install `qemu-user-static` (as root).');
}

function notInstalled(what: string, packageName: string): never {
  throw new SandboxError(`${what} is not installed`, `Install the package \`${packageName}\`.`);
}
