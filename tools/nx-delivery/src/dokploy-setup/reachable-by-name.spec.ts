import { parse } from 'dotenv';
import { describe, expect, it } from 'vitest';
import { fake, setUp, useScene } from '../../test/set-up-scene.ts';

useScene();

const environments = ['staging', 'prod'] as const;
const kinds = ['compose', 'stack'] as const;

describe.each(kinds)('what is set up as a %s', (kind) => {
  it.each([
    ['with domains', true],
    ['without domains', false],
  ])(
    'finds the API of its own environment alone, and a database of Dokploy’s own, %s',
    async (_how, domains) => {
      const database = 'ehr-db-x1y2z3';
      fake.world.databases.push(database);
      const env = { DATABASE_URL: `postgres://ehr:canary@${database}:5432/ehr` };
      const serviceOf = async (name: string, environment: (typeof environments)[number]) => {
        const { id } = await setUp(env, { kind, environment }, name);
        const service = fake.world.services.get(id)!;
        if (domains) service.row['domains'] = [{ serviceName: name }];
        return service;
      };
      const apis = [await serviceOf('ehr-api', 'staging'), await serviceOf('ehr-api', 'prod')];
      for (const [index, environment] of environments.entries()) {
        const web = await serviceOf('ehr-web', environment);
        const { hostname } = new URL(parse(web.row.env ?? '')['EHR_API_URL'] ?? '');
        expect(fake.whoAnswers(web, hostname)).toEqual([apis[index]?.row.appName]);
        expect(fake.whoAnswers(apis[index]!, database)).toEqual([database]);
      }
    },
  );
});
