import { Listr, PRESET_TIMER } from 'listr2';

export interface Step {
  readonly title: string;
  /** Does it; `say` tells what is going on. The answer is shown behind the title when it is done. */
  readonly run: (say: (line: string) => void) => Promise<string>;
}

/** Runs the steps one after the other and shows each with its time: live on a terminal, plain lines elsewhere. */
export async function runSteps(steps: readonly Step[]): Promise<void> {
  const plain = !process.stdout.isTTY || Boolean(process.env['CI']);
  const list = new Listr(
    steps.map(({ title, run }) => ({
      title,
      task: async (_context: unknown, task: { title: string; output: string }) => {
        const detail = await run((line) => (task.output = line));
        task.title = `${title}: ${detail}`;
      },
    })),
    {
      // Whoever calls decides what Ctrl-C means; see on-interrupt.ts.
      registerSignalListeners: false,
      fallbackRendererCondition: plain,
      rendererOptions: { timer: PRESET_TIMER, removeEmptyLines: false, showErrorMessage: false },
      fallbackRenderer: 'simple',
      fallbackRendererOptions: { timer: PRESET_TIMER },
    },
  );
  await list.run();
}
