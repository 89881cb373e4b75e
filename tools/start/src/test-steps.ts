import { arch } from 'node:os';
import {
  SandboxError,
  chooseEngine,
  chromiumPath,
  findChromium,
  findExecutable,
  installPackages,
  isRoot,
  machineRelease,
  postgresBinaries,
  readEngineFacts,
  registerArm64,
  testPackages,
} from '@ehr/testing-sandbox';
import { prepareSteps, type Step } from './steps.ts';

/**
 * The steps that provide all the tests need, those of `prepareSteps` among them. None of them fails: what cannot be had
 * is added to `missing`, and the tests that need it skip or, with CI set, fail.
 */
export function testSteps(builder: Record<string, string>, missing: string[]): Step[] {
  const steps: Step[] = [
    { title: 'Packages', run: installTestPackages },
    ...prepareSteps(builder),
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
    chromium: findChromium() !== undefined,
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
