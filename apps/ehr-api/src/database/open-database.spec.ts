import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createLogger } from '../log/create-logger.ts';
import { openDatabase } from './open-database.ts';

/** A server that speaks just enough of PostgreSQL's protocol to refuse. */
let server: Server | undefined;
afterEach(() => void server?.close());
const refusing = async (code: string): Promise<string> => {
  const started = createServer((socket) =>
    socket
      .on('error', () => undefined)
      .once('data', () => {
        const fields = `SFATAL\0C${code}\0Mrefused\0\0`;
        const length = Buffer.alloc(4);
        length.writeUInt32BE(4 + fields.length);
        socket.end(Buffer.concat([Buffer.from('E'), length, Buffer.from(fields)]));
      }),
  );
  server = started;
  await new Promise<void>((ready) => started.listen(0, '127.0.0.1', ready));
  return `postgres://ehr:hunter2@127.0.0.1:${(started.address() as AddressInfo).port}/ehr`;
};
const lines: string[] = [];
const logger = createLogger(
  'warn',
  { service: 'x', version: '', revision: '' },
  { write: (line) => void lines.push(line) },
);
const open = (url: string) =>
  openDatabase({ database: { kind: 'postgres', url }, statementMs: 1_000 }, logger, 500);

describe('openDatabase', () => {
  it('takes a server that is not there for a dependency that may come yet', async () => {
    await expect(open('postgres://ehr:hunter2@127.0.0.1:9/ehr')).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      fault: 'dependency',
    });
    expect(lines.join('')).toContain('does not answer yet');
    expect(lines.join('')).not.toContain('hunter2');
  });

  it.each([
    ['a server that is starting', '57P03', 'DATABASE_UNREACHABLE', 'dependency'],
    ['a wrong password', '28P01', 'DATABASE_REFUSED', 'setting'],
    ['a database that is not there', '3D000', 'DATABASE_REFUSED', 'setting'],
  ])('takes %s (%s) for %s: a %s', async (_name, sqlState, code, fault) => {
    await expect(open(await refusing(sqlState))).rejects.toMatchObject({ code, fault });
  });
});
