import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { requireOrSkip } from './require-or-skip.ts';
import { startPostgres } from './start-postgres.ts';

describe.skipIf(!requireOrSkip('postgres'))('startPostgres', () => {
  it('is a real server with a database of its own, gone after stop', async () => {
    const postgres = await startPostgres();
    const client = new pg.Client({ connectionString: postgres.url });
    try {
      await client.connect();
      const { rows } = await client.query<{ server_encoding: string }>('show server_encoding');
      expect(rows[0]?.server_encoding).toBe('UTF8');
      await client.end();
    } finally {
      await postgres.stop();
    }
    await expect(new pg.Client({ connectionString: postgres.url }).connect()).rejects.toThrow('ECONNREFUSED');
  });
});
