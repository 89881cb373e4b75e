import { resolve } from 'node:path';
import { serveBoard, type ServedBoard, writeBoard } from '@ehr/delivery-board';
import { coreError } from '@ehr/delivery-core';
import { boardSchema } from '../../options/board-schema.ts';
import { createBoardPorts } from '../../wiring/board-ports.ts';
import { executorOf } from '../execute.ts';

/** The `board` target: serves the board until it is asked to end, or writes it into a folder. */
export default executorOf(boardSchema, async ({ output, port }, context, wiring) => {
  const ports = createBoardPorts(context, wiring);
  if (output !== undefined) {
    const count = await writeBoard(ports, resolve(context.root, output));
    wiring.print(`${count} pages are in ${output}; open ${output}/index.html.\n`);
    return;
  }
  const board = await serveBoard(ports, { port }).catch((error: unknown) => refusePort(error, port));
  wiring.print(`The board is at ${board.url} until you end it with Ctrl-C.\n`);
  await new Promise((end) => {
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
  });
  await board.stop();
});

function refusePort(error: unknown, port: number): ServedBoard {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
  throw coreError('OPTIONS_INVALID', `port: ${port} of 127.0.0.1 is taken.`, {
    hint: 'Another board may run already; `--port=0` takes any port that is free.',
  });
}
