import { describe, expect, it, onTestFinished } from 'vitest';
import { startFakeDokploy } from './start-fake-dokploy.ts';
import type { NewService } from './world.ts';

async function arrange() {
  const fake = await startFakeDokploy();
  onTestFinished(() => fake.stop());
  const add = (name: string, domain: boolean, more: Partial<NewService> = {}) => {
    const composeFile = `services: { ${name}: { image: a } }`;
    const service = fake.addService({ name, kind: 'compose', sourceType: 'raw', composeFile, ...more });
    if (domain) service.row['domains'] = [{ serviceName: name }];
    return { service, appName: service.row.appName };
  };
  return { fake, add };
}

describe('a name inside a container, as seen on a real Dokploy', () => {
  it('of a compose’s service leads to every environment’s when they have domains', async () => {
    const { fake, add } = await arrange();
    const [staging, prod] = [add('ehr-api', true), add('ehr-api', true)];
    const stack = add('ehr-api', true, { kind: 'stack' });
    const web = add('ehr-web', true).service;
    expect(fake.whoAnswers(web, 'ehr-api')).toEqual([staging, prod, stack].map(({ appName }) => appName));
    expect(fake.whoAnswers(web, `${staging.appName}-ehr-api-1`)).toEqual([staging.appName]);
    expect(fake.whoAnswers(web, `${stack.appName}_ehr-api`)).toEqual([stack.appName]);
  });

  it('leads nowhere without a domain', async () => {
    const { fake, add } = await arrange();
    add('ehr-api', false);
    fake.world.databases.push('ehr-db-x1y2z3');
    const web = add('ehr-web', false).service;
    expect(fake.whoAnswers(web, 'ehr-api')).toEqual([]);
    expect(fake.whoAnswers(web, 'ehr-db-x1y2z3')).toEqual([]);
  });

  it('of an application is its app’s name, and never the service’s', async () => {
    const { fake, add } = await arrange();
    const api = add('ehr-api', false, { kind: 'application' });
    const web = add('ehr-web', true).service;
    expect(fake.whoAnswers(web, 'ehr-api')).toEqual([]);
    expect(fake.whoAnswers(web, api.appName)).toEqual([api.appName]);
  });
});
