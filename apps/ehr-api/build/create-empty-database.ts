/*
 * Writes an embedded database with its tables, and nothing in them, as a compressed archive, for the image: to create one
 * takes seconds and a gigabyte of memory, to unpack one takes neither. What must differ from one to the next, `makeOwn` adds
 * (src/database/migrate.ts). The same bytes on every machine: the clock stands still, chance gives sevens (they end up in a
 * nonce for signing in over a network, which an embedded database does not have), and Zstandard has one implementation for
 * all processors, unlike gzip. It is no `.tar.zst`: the gate would warn of an archive that it
 * does not look into, in every deploy, and nothing but PostgreSQL's own files gets into this one.
 */
import nodeCrypto from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import type { Queryable, Transactional } from '../src/database/database.ts';
import { ARCHIVED_AT, migrate } from '../src/database/migrate.ts';
import { migrations } from '../src/database/migrations/index.ts';

const [, , file] = process.argv;
if (file === undefined) throw new Error('Usage: node create-empty-database.ts <file>');

const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(time: number | string = ARCHIVED_AT) {
    super(time);
  }
  static override now = () => ARCHIVED_AT;
} as DateConstructor;
performance.now = () => 0;
Math.random = () => 0.7;
const sevens = <View extends NodeJS.ArrayBufferView>(view: View): View => {
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength).fill(7);
  return view;
};
nodeCrypto.randomFillSync = sevens;
crypto.getRandomValues = sevens;
process.env['TZ'] = 'UTC';

// Loaded now: it takes its functions when it is loaded.
const { PGlite } = await import('@electric-sql/pglite');
const database = await PGlite.create();
const asOwner = (on: Pick<typeof database, 'query'>): Queryable => ({
  query: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
    (await on.query<Row>(sql, [...values])).rows,
});
const transaction: Transactional['transaction'] = (work) => database.transaction((on) => work(asOwner(on)));
await migrate({ ...asOwner(database), transaction }, migrations);
for (const statement of ['truncate hash_key', 'checkpoint']) await database.exec(statement);
const archive = Buffer.from(await (await database.dumpDataDir('none')).arrayBuffer());
await mkdir(dirname(file), { recursive: true });
// Its three databases are nearly the same, and lie further apart than a level alone looks back: without these two it is more than twice as large.
const params = {
  [constants.ZSTD_c_compressionLevel]: 9,
  [constants.ZSTD_c_enableLongDistanceMatching]: 1,
  [constants.ZSTD_c_windowLog]: 26,
};
await writeFile(file, zstdCompressSync(archive, { params }));
process.exit(0);
