import { engineAvailable } from './choose-engine.ts';
import { findChromium } from './chromium-path.ts';
import { machineRelease } from './debian.ts';
import { findExecutable } from './run.ts';
import { postgresBinaries } from './start-postgres.ts';

const COMPONENTS = {
  engine: engineAvailable,
  registry: () =>
    machineRelease() !== undefined || findExecutable('docker-registry') !== undefined || engineAvailable(),
  postgres: () => postgresBinaries() !== undefined,
  chromium: () => Boolean(process.env['CHROMIUM_PATH'] ?? findChromium()),
  cosign: () => findExecutable('cosign') !== undefined,
  shellcheck: () => findExecutable('shellcheck') !== undefined,
};

/**
 * Whether a test may run: `describe.skipIf(!requireOrSkip('postgres'))`. Where the component is missing a warning is
 * printed and the tests are skipped.
 *
 * @throws Error where the component is missing and `CI` is set: a skipped test would count as passed there
 */
export function requireOrSkip(component: keyof typeof COMPONENTS): boolean {
  if (COMPONENTS[component]()) return true;
  const message = `${component} is not available on this machine`;
  if (process.env['CI']) throw new Error(`${message}, and CI must not skip its tests`);
  console.warn(`SKIPPED: ${message}; the tests that need it do not run. \`npm test\` shows how to get it.`);
  return false;
}
