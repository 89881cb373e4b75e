import { findChromium } from '../browser/chromium-path.ts';
import { engineAvailable } from '../engine/engine-available.ts';
import { machineRelease } from '../apt/machine-release.ts';
import { findExecutable } from '../processes/find-executable.ts';
import { postgresBinaries } from '../postgres/postgres-binaries.ts';

const COMPONENTS = {
  engine: engineAvailable,
  registry: () =>
    machineRelease() !== undefined || findExecutable('docker-registry') !== undefined || engineAvailable(),
  postgres: () => postgresBinaries() !== undefined,
  chromium: () => Boolean(process.env['CHROMIUM_PATH'] ?? findChromium()),
  cosign: () => findExecutable('cosign') !== undefined,
  shellcheck: () => findExecutable('shellcheck') !== undefined,
  curl: () => findExecutable('curl') !== undefined,
};
export type Component = keyof typeof COMPONENTS;

/**
 * Whether a test may run: `describe.skipIf(!requireOrSkip('postgres'))`. Where the component is
 * missing it says so aloud and the tests are skipped; with `CI` set it throws, for there a skipped
 * test would look like a passed one.
 */
export function requireOrSkip(component: Component): boolean {
  if (COMPONENTS[component]()) return true;
  const message = `${component} is not available on this machine`;
  if (process.env['CI']) throw new Error(`${message}, and CI must not skip its tests`);
  console.warn(`SKIPPED: ${message}; the tests that need it do not run. \`npm test\` says how to get it.`);
  return false;
}
