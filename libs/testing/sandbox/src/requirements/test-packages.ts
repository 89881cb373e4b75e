import type { DebianRelease } from '../apt/debian-release.ts';

/** What the tests need besides the engine, as packages. */
export interface TestNeeds {
  readonly postgres: boolean;
  readonly chromium: boolean;
  /** Runs arm64 images. */
  readonly qemu: boolean;
  /** Signs images. */
  readonly cosign: boolean;
  /** Reads the commands of the workflows, and the shell scripts. */
  readonly shellcheck: boolean;
  /** What a pipeline of old deployed with. */
  readonly curl: boolean;
}

/** The packages that bring what is missing; Ubuntu's `chromium` is a snap and does not count, and not every Ubuntu has `cosign`. */
export function testPackages(present: TestNeeds, { distribution }: DebianRelease): string[] {
  return [
    ...(present.postgres ? [] : ['postgresql']),
    ...(present.chromium || distribution === 'ubuntu' ? [] : ['chromium']),
    ...(present.qemu ? [] : ['qemu-user-static']),
    ...(present.cosign || distribution === 'ubuntu' ? [] : ['cosign']),
    ...(present.shellcheck ? [] : ['shellcheck']),
    ...(present.curl ? [] : ['curl']),
  ];
}
