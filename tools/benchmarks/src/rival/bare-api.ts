import { randomUUIDv7 } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import { fastify } from 'fastify';
import { Pool } from 'pg';

/*
 * The least that stores and returns a body: Fastify and pg, or PGlite, on one table; no validation, history, index or
 * audit. What ehr-api is measured by, with its settings `DATABASE_URL`, `EHR_DATA_DIR` and `PORT`.
 */
const { DATABASE_URL, EHR_DATA_DIR = '' } = process.env;
/** Both answer alike. */
interface Store {
  query<Row>(sql: string, values?: unknown[]): Promise<{ rows: Row[] }>;
}
const store = (
  DATABASE_URL === undefined
    ? await PGlite.create({ dataDir: EHR_DATA_DIR })
    : new Pool({ connectionString: DATABASE_URL, max: 10 })
) as Store;
await store.query('create table if not exists bare (id uuid primary key, body text not null)');

const app = fastify({ bodyLimit: 64 * 1024 * 1024 });
app.removeAllContentTypeParsers();
app.addContentTypeParser(
  'application/fhir+json',
  { parseAs: 'string' },
  async (_request: unknown, body: string) => body,
);

app.get('/health', async () => ({ status: 'pass' }));
app.get<{ Params: { id: string } }>('/fhir/Observation/:id', async ({ params }, reply) => {
  const { rows } = await store.query<{ body: string }>('select body from bare where id = $1', [params.id]);
  return reply.type('application/fhir+json').send(rows[0]?.body);
});
app.post<{ Body: string }>('/fhir/Observation', async ({ body }, reply) => {
  const id = randomUUIDv7();
  await store.query('insert into bare values ($1, $2)', [id, body]);
  return reply
    .code(201)
    .header('location', `/fhir/Observation/${id}/_history/1`)
    .type('application/fhir+json')
    .send(body);
});
app.put<{ Params: { id: string }; Body: string }>(
  '/fhir/Observation/:id',
  async ({ params, body }, reply) => {
    await store.query('update bare set body = $2 where id = $1', [params.id, body]);
    return reply.type('application/fhir+json').send(body);
  },
);
/** A bundle: one insert of many rows. */
app.post<{ Body: string }>('/fhir', async ({ body }, reply) => {
  const { entry } = JSON.parse(body) as { entry: { resource: object }[] };
  const ids = entry.map(() => randomUUIDv7());
  await store.query('insert into bare select * from unnest($1::uuid[], $2::text[])', [
    ids,
    entry.map(({ resource }) => JSON.stringify(resource)),
  ]);
  const answer = {
    entry: ids.map((id) => ({ response: { location: `/fhir/Observation/${id}/_history/1` } })),
  };
  return reply.type('application/fhir+json').send(JSON.stringify(answer));
});
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' });
