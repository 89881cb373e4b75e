import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoardPorts } from './board-ports.ts';
import { createBoard } from './create-board.ts';
import { renderPage } from './render/page.ts';

/** Writes the board's pages into a folder, where they need no server; returns how many. */
export async function writeBoard(ports: BoardPorts, folder: string): Promise<number> {
  const board = createBoard(ports);
  const surroundings = { isServed: false, services: ports.services };
  await mkdir(folder, { recursive: true });
  const paths = await board.paths();
  for (const path of paths) {
    const page = await board.page({ path, search: null });
    if (page !== null) await writeFile(join(folder, path), await renderPage(page, surroundings));
  }
  return paths.length;
}
