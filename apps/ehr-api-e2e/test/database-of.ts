import { Client } from 'pg';
import { postgresUrl } from './postgres-url.ts';

/** The address of a new database of this name, on the run's PostgreSQL server. */
export async function databaseOf(name: string): Promise<string> {
  const server = postgresUrl ?? 'postgres://none';
  const client = new Client(server);
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return Object.assign(new URL(server), { pathname: name }).href;
}
