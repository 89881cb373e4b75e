import { StartError } from '@ehr/service-kit';
import type { Queryable } from '../database/database.ts';
import { addTenant } from '../store/tenants.ts';

/**
 * `nx run ehr-api:tenant --name=clinic-b`: a tenant, whose people are those whose tokens name it. Once more changes nothing.
 * @throws StartError BAD_ENVIRONMENT for what is no name
 */
export async function runTenant(on: Queryable, [argument = '']: readonly string[]): Promise<void> {
  const name = argument.replace(/^--name=/u, '');
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/u.test(name))
    throw new StartError('BAD_ENVIRONMENT', 'setting', 'A tenant has a name of lower-case letters, digits and "-": --name=clinic-b.'); // prettier-ignore
  const id = await addTenant(on, name);
  process.stdout.write(id === undefined ? `The tenant ${name} is there already.\n` : `The tenant ${name} is there; tokens that name it are let in.\n`); // prettier-ignore
}
