import { join } from 'node:path';
import { Client } from 'pg';
import { EHR_API, endServer, type Server, startServer } from '../server.ts';
import { BARE_TABLES, bareStatements } from './bare.ts';
import { JSONB_TABLES, jsonbStatements } from './jsonb.ts';
import type { Statements } from './statement.ts';

export type Name = 'ehr-api' | 'bare' | 'jsonb';

/** A server on a database of its own, and a connection to that. */
export interface Competitor {
  readonly name: Name;
  readonly server: Server;
  readonly client: Client;
}

export type Competitors = Readonly<Record<Name, Competitor>>;

/** In whose order they take turns. */
export const names: readonly Name[] = ['ehr-api', 'bare', 'jsonb'];

export const statementsOf: Readonly<Record<'bare' | 'jsonb', Statements>> = {
  bare: bareStatements,
  jsonb: jsonbStatements,
};

const RIVAL = join(import.meta.dirname, 'rival-server.ts');

/** Starts all three on one PostgreSQL. `started` has each from its start on, so that it is ended whatever happens. */
export async function startCompetitors(postgres: string, started: Competitor[]): Promise<Competitors> {
  const begin = async (name: Name, main: string, tables: readonly string[], settings = {}) => {
    const database = name.replace('-', '_');
    const admin = new Client(postgres);
    await admin.connect();
    await admin.query(`create database ${database}`);
    await admin.end();
    const url = Object.assign(new URL(postgres), { pathname: database }).href;
    const client = new Client(url);
    await client.connect();
    for (const sql of tables) await client.query(sql);
    const competitor = { name, client, server: await startServer(name, main, { DATABASE_URL: url, ...settings }) }; // prettier-ignore
    started.push(competitor);
    return competitor;
  };
  return {
    'ehr-api': await begin('ehr-api', EHR_API, [], { EHR_AUDIT: process.env['EHR_AUDIT'] ?? 'off' }),
    bare: await begin('bare', RIVAL, BARE_TABLES, { RIVAL: 'bare' }),
    jsonb: await begin('jsonb', RIVAL, JSONB_TABLES, { RIVAL: 'jsonb' }),
  };
}

export async function endCompetitor({ server, client }: Competitor): Promise<void> {
  await client.end();
  await endServer(server);
}
