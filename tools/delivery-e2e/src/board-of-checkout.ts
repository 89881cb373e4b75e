import { join } from 'node:path';
import { openBrowser } from '@ehr/testing-sandbox/browser';
import { startNx } from '@ehr/testing-worlds';
import { NO_SETTINGS } from './walk-environments.ts';

/** The board of a checkout, as `nx run nx-delivery:board` serves it. */
export interface BoardOfCheckout {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts the board in a checkout.
 * @throws Error with what it said, when it ends instead
 */
export async function openBoard(directory: string): Promise<BoardOfCheckout> {
  const board = startNx(directory, ['run', 'nx-delivery:board', '--port=0'], NO_SETTINGS, '0022', true);
  let said = '';
  const url = await new Promise<string>((found, fail) => {
    board.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const [, address] = /(http:\/\/127\.0\.0\.1:\d+)/.exec(said) ?? [];
      if (address !== undefined) found(address);
    });
    void board.then(({ stderr }) => fail(new Error(`The board ended: ${said}${stderr}`)));
  });
  return {
    url,
    stop: async () => {
      if (board.pid !== undefined) process.kill(-board.pid, 'SIGTERM');
      await board;
    },
  };
}

/** Screenshots of the board at `url`: `board.png` and `board-timeline.png`. */
export async function takePictures(url: string, folder: string): Promise<void> {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ colorScheme: 'light', viewport: { width: 1280, height: 800 } });
    for (const [path, name] of [
      ['', 'board'],
      ['timeline-ehr-api-1.html', 'board-timeline'],
    ] as const) {
      await page.goto(`${url}/${path}`);
      await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
    }
  } finally {
    await browser.close();
  }
}
