import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl } from '../../test/postgres-url.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { openPostgres } from './postgres-database.ts';
import { serviceRole } from './service-role.ts';

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const open = (url: string) => openPostgres(url, () => undefined);

/** The role by which requests are served, made by users of the database who may do more or less. */
describe.skipIf(postgresUrl === null)('the role of the service', () => {
  const server = postgresUrl ?? 'postgres://none';
  const opened: Database[] = [];
  let administrator: Database;
  /** A database of this name, as a user of it who owns it alone. */
  const owned = async (name: string, rights: string, login = `owner of ${name}`.slice(0, 60)) => {
    await administrator.query(`create role ${quoted(login)} login ${rights}`);
    await administrator.query(`create database ${quoted(name)} owner ${quoted(login)}`);
    return connected(name, login);
  };
  const connected = (name: string, login: string) => {
    const database = open(Object.assign(new URL(server), { pathname: encodeURIComponent(name), username: encodeURIComponent(login) }).href); // prettier-ignore
    opened.push(database);
    return database;
  };
  const met = async (database: Database, tenant: number) =>
    (await database.as(await serviceRole(database)).forTenant(tenant).query('select 1 as one from audit_event')).length; // prettier-ignore
  const recorded = (database: Database) =>
    database.query(
      `insert into audit_event (tenant_id, agent, action, resource_type, outcome, request_id) values (1, 'x', 'read', 'Patient', 'success', '')`,
    );
  beforeAll(() => {
    administrator = open(server);
  });
  afterAll(async () => {
    await Promise.all([administrator, ...opened].map((database) => database.close()));
  });

  it('is made by who may make roles, once by replicas that start together, for each database its own', async () => {
    const names = ['roles-a', 'ro"les b\\', 'z'.repeat(60)];
    const databases = await Promise.all(names.map((name) => owned(name, 'createrole')));
    await Promise.all(databases.map((database) => migrate(database, migrations)));
    const roles = await Promise.all(databases.flatMap((database) => [serviceRole(database), serviceRole(database), serviceRole(database)])); // prettier-ignore
    expect([new Set(roles).size, roles[0], roles[3]]).toEqual([3, 'ehr_service_roles-a', 'ehr_service_ro"les b\\']); // prettier-ignore
    for (const database of databases) {
      await recorded(database);
      expect([await met(database, 1), await met(database, 2)]).toEqual([1, 0]);
    }
  });

  it('is asked of an administrator, statement by statement, where the user may make none', async () => {
    const database = await owned('modest', '');
    await migrate(database, migrations);
    const error = await serviceRole(database).catch((one: unknown) => one as Error & { fault: string });
    if (typeof error === 'string') throw new Error('It was made.');
    expect([error.name, error.fault]).toEqual(['StartError', 'setting']);
    const [, statements = ''] = /run, once: (.+)$/u.exec(error.message) ?? [];
    expect(statements).toBe('create role "ehr_service_modest" nologin; grant "ehr_service_modest" to "owner of modest";'); // prettier-ignore
    for (const statement of statements.split('; ')) await administrator.query(statement);
    await recorded(database);
    expect([await met(database, 1), await met(database, 2)]).toEqual([1, 0]);
  });

  it('is not served by where policies do not hold for it', async () => {
    const database = await owned('unbound', '');
    await migrate(database, migrations);
    await administrator.query('create role ehr_service_unbound nologin bypassrls');
    await administrator.query('grant ehr_service_unbound to "owner of unbound"');
    await expect(serviceRole(database)).rejects.toThrowError('meets the rows of all tenants in');
    await administrator.query('alter role ehr_service_unbound nobypassrls');
    await recorded(database);
    expect([await met(database, 1), await met(database, 2)]).toEqual([1, 0]);
  });

  it('is given what it needs in a database that was restored without it', async () => {
    const database = await owned('restored', 'createrole');
    await migrate(database, migrations);
    const role = await serviceRole(database);
    await database.query(`drop owned by ${role}`);
    await database.query(`drop role ${role}`);
    await recorded(database);
    expect([await met(database, 1), await met(database, 2)]).toEqual([1, 0]);
  });
});
