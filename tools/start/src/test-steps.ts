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
import { prepareSteps, type Prepared } from './prepare-steps.ts';
import type { Step } from './run-steps.ts';

/**
 * All that the tests need. Nothing here fails for good: what cannot be had is noted in `missing`, and
 * the tests that need it skip or, with CI set, fail.
 */
export function testSteps(prepared: Prepared, missing: string[]): Step[] {
  const steps: Step[] = [
    { title: 'Packages', run: installTestPackages },
    ...prepareSteps(prepared),
    { title: 'PostgreSQL', run: async () => postgresBinaries() ?? notInstalled('PostgreSQL', 'postgresql') },
    { title: 'Chromium', run: async () => chromiumPath() },
    ...['cosign', 'shellcheck', 'curl'].map((name) => ({
      title: name,
      run: async () => findExecutable(name) ?? notInstalled(name, name),
    })),
    { title: 'arm64 programs', run: describeArm64 },
  ];
  return steps.map(({ title, run }) => ({
    title,
    run: (say) =>
      run(say).catch((error: unknown) => {
        missing.push(`${title}: ${error instanceof Error ? error.message : String(error)}`);
        if (error instanceof SandboxError) missing.push(`  → ${error.hint}`);
        return 'MISSING';
      }),
  }));
}

/** One apt run for everything, the engine included; only on Debian and Ubuntu as root. */
async function installTestPackages(say: (line: string) => void): Promise<string> {
  const release = machineRelease();
  if (!release || !isRoot()) return 'none installed (not root on Debian or Ubuntu)';
  const engine = chooseEngine(await readEngineFacts());
  const present = {
    postgres: postgresBinaries() !== undefined,
    chromium: findChromium() !== undefined,
    qemu: arch() === 'arm64' || findExecutable('qemu-aarch64-static') !== undefined,
    cosign: findExecutable('cosign') !== undefined,
    shellcheck: findExecutable('shellcheck') !== undefined,
    curl: findExecutable('curl') !== undefined,
  };
  const names = [
    ...(engine.kind === 'install' ? engine.packages.names : []),
    ...testPackages(present, release),
  ];
  if (names.length === 0) return 'all there';
  say(`installing ${names.join(' ')}`);
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
