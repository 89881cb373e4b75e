import { findExecutable, isExecutable, SandboxError } from './run.ts';

const COMMANDS = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];
const MACOS = ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

/**
 * The browser for `playwright-core`'s `executablePath`: `CHROMIUM_PATH`, or the machine's Chromium or Chrome.
 *
 * @throws SandboxError where `CHROMIUM_PATH` is not a program, or there is no browser
 */
export function chromiumPath(): string {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen && !isExecutable(chosen))
    throw new SandboxError(`CHROMIUM_PATH is ${chosen}, which is not a program`, 'Correct it, or unset it.');
  const found = chosen ?? findChromium();
  if (found) return found;
  throw new SandboxError(
    'no Chromium or Google Chrome found',
    'Install one (the package `chromium-headless-shell` on Debian), or set CHROMIUM_PATH to its program.',
  );
}

/** The machine's Chromium or Chrome, or undefined. */
export function findChromium(): string | undefined {
  const onPath = COMMANDS.map(findExecutable).find((file) => file !== undefined);
  return onPath ?? MACOS.find(isExecutable);
}
