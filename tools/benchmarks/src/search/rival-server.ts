import { fastify } from 'fastify';
import { Pool } from 'pg';
import { bareStatements } from './bare.ts';
import { jsonbStatements } from './jsonb.ts';
import { PAGE, type Statement } from './statement.ts';

/*
 * A rival as a server: Fastify and pg, each search a statement that is known before. `GET /search/<key>?v=[…]`, its settings
 * `RIVAL` (bare, jsonb), `DATABASE_URL` and `PORT`. Answers have what a client of ehr-api gets: addresses, modes, a next page.
 */
const { RIVAL, DATABASE_URL = '', PORT } = process.env;
const statements = RIVAL === 'bare' ? bareStatements : jsonbStatements;
const pool = new Pool({ connectionString: DATABASE_URL, max: 10 });

interface Row {
  readonly type: string;
  readonly id: string;
  readonly body: string;
  readonly mode: string;
}

async function answer(key: string, { sql, values, count }: Statement, asked: string): Promise<string> {
  const bound = [...values(JSON.parse(asked) as string[])];
  // Of the bare one every plan is right for all values; the other's depends on them.
  const name = RIVAL === 'bare' ? { name: key } : {};
  const { rows } = await pool.query<Row>({ ...name, text: sql(PAGE + 1), values: bound });
  const total = count === undefined ? undefined : await pool.query<{ total: number }>(count, bound);
  const base = `http://127.0.0.1:${PORT}/fhir`;
  let matches = 0;
  const entries: string[] = [];
  for (const { type, id, body, mode } of rows) {
    if (mode === 'match' && (matches += 1) > PAGE) continue;
    entries.push(`{"fullUrl":"${base}/${type}/${id}","resource":${body},"search":{"mode":"${mode}"}}`);
  }
  const head = `{"resourceType":"Bundle","type":"searchset"${total ? `,"total":${total.rows[0]?.total}` : ''}`;
  const next = matches > PAGE ? `,{"relation":"next","url":"${base}/${key}?page=next"}` : '';
  return `${head}${entries.length > 0 ? `,"entry":[${entries.join(',')}]` : ''},"link":[{"relation":"self","url":"${base}/${key}"}${next}]}`;
}

const app = fastify();
app.get('/health', async () => ({ status: 'pass' }));
app.get<{ Params: { key: string }; Querystring: { v: string } }>(
  '/search/:key',
  async ({ params: { key }, query }, reply) => {
    const statement = statements[key];
    if (statement === undefined) return reply.code(404).send();
    return reply.type('application/fhir+json').send(await answer(key, statement, query.v));
  },
);
await app.listen({ port: Number(PORT), host: '127.0.0.1' });
