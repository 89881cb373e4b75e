import { join } from 'node:path';
import { openBrowser } from '@ehr/testing-sandbox/browser';
import { startNx } from '@ehr/testing-worlds';

/** The board of a checkout, as `nx run nx-delivery:board` serves it. */
export interface BoardOfCheckout {
  readonly url: string;
  stop(): Promise<void>;
}

/** Settings of the test's own that another environment's file must not find in the process environment. */
const NOTHING = {
  REGISTRY: '',
  DOCKERHUB_USERNAME: '',
  COMPOSE_PROJECT_NAME: '',
  API_PORT: '',
  WEB_PORT: '',
};

/**
 * Starts the board in a checkout.
 * @throws Error with what it said, when it ends instead
 */
export async function openBoard(directory: string): Promise<BoardOfCheckout> {
  const board = startNx(directory, ['run', 'nx-delivery:board', '--port=0'], NOTHING, '0022', true);
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

/** Screenshots of the board at `url`: `board.png`, `board-dark.png`, `board-timeline.png`, `board-image.png`. */
export async function takePictures(url: string, folder: string): Promise<void> {
  const browser = await openBrowser();
  const take = async (path: string, name: string, colorScheme: 'light' | 'dark') => {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 800 } });
    await page.goto(`${url}/${path}`);
    await page.screenshot({ path: join(folder, name), fullPage: true });
    const image = await page
      .locator('.matrix a[href^="image-"]')
      .last()
      .getAttribute('href', { timeout: 1_000 })
      .catch(() => null);
    await page.close();
    return image;
  };
  try {
    const image = await take('', 'board.png', 'light');
    await take('', 'board-dark.png', 'dark');
    await take('timeline-ehr-api-1.html', 'board-timeline.png', 'light');
    if (image !== null) await take(image, 'board-image.png', 'light');
  } finally {
    await browser.close();
  }
}
