import { installPackages } from '../apt/install-packages.ts';
import { run } from '../processes/run.ts';
import { SandboxError } from '../sandbox-error.ts';
import { chooseEngine } from './choose-engine.ts';
import { readEngineFacts } from './engine-facts.ts';
import { startEngine } from './start-engine.ts';

/**
 * A container engine that answers, with buildx and compose. Says what it does through `say`; returns
 * which engine it is and whether this call started it.
 */
export async function prepareEngine(
  say: (line: string) => void,
): Promise<{ readonly version: string; readonly started: boolean }> {
  let started = false;
  let installed = false;
  for (;;) {
    const choice = chooseEngine(await readEngineFacts());
    if (choice.kind === 'use') return { version: await engineVersion(), started };
    if (choice.kind === 'explain') throw new SandboxError(choice.message, choice.hint);
    // Each once: if it did not help, doing it again will not.
    if (choice.kind === 'install' ? installed : started)
      throw new SandboxError(
        'the engine was installed and started, and still does not answer',
        'See .sandbox/log.',
      );
    if (choice.kind === 'install') {
      installed = true;
      const { names, later } = choice.packages;
      say(`installing ${names.join(' ')}${later ? ` (from Debian ${later.suite})` : ''}`);
      await installPackages(names);
    } else {
      started = true;
      say('starting dockerd');
      await startEngine(choice.by);
    }
  }
}

async function engineVersion(): Promise<string> {
  return (await run('docker', ['version', '--format', '{{.Server.Version}}'])).trim();
}
