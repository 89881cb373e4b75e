import {
  LOCAL_REGISTRY,
  chooseBuilder,
  prepareEngine,
  prepareLocalRegistry,
  provideBaseImage,
} from '@ehr/testing-sandbox';
import { Listr, PRESET_TIMER } from 'listr2';

/** One line of what a command shows while it works. */
export interface Step {
  readonly title: string;
  /** What it returns is shown behind the title when it is done; what it passes to `onProgress`, while it runs. */
  readonly run: (onProgress: (message: string) => void) => Promise<string>;
}

/**
 * Engine, registry and base image: what building, pushing and deploying need. `builder` gets the variables of the
 * process environment for every `docker buildx` that follows.
 */
export function prepareSteps(builder: Record<string, string>): Step[] {
  return [
    {
      title: 'Container engine',
      run: async (onProgress) => {
        const { version, started } = await prepareEngine(onProgress);
        Object.assign(builder, await chooseBuilder());
        return `Docker ${version}${started ? ', started' : ''}`;
      },
    },
    {
      title: 'Local registry',
      run: async () => `${LOCAL_REGISTRY}${(await prepareLocalRegistry()).started ? ', started' : ''}`,
    },
    {
      title: 'Base image',
      run: async (onProgress) => {
        const { reference, message } = await provideBaseImage(onProgress);
        return `${reference} (${message})`;
      },
    },
  ];
}

/**
 * Runs the steps one after the other and shows each with its time: live on a terminal, plain lines elsewhere.
 *
 * @throws the error of the first step that fails; those after it do not run
 */
export async function runSteps(steps: readonly Step[]): Promise<void> {
  const tasks = steps.map(({ title, run }) => ({
    title,
    task: async (_context: unknown, task: { title: string; output: string }) => {
      task.title = `${title}: ${await run((message) => (task.output = message))}`;
    },
  }));
  await new Listr(tasks, {
    // main.ts decides what Ctrl-C does.
    registerSignalListeners: false,
    fallbackRendererCondition: !process.stdout.isTTY || Boolean(process.env['CI']),
    rendererOptions: { timer: PRESET_TIMER, removeEmptyLines: false, showErrorMessage: false },
    fallbackRenderer: 'simple',
    fallbackRendererOptions: { timer: PRESET_TIMER },
  }).run();
}
