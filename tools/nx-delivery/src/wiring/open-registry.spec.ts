import { registryAccount, registryRules, startFakeRegistry } from '@ehr/testing-fakes';
import { expect, it, onTestFinished } from 'vitest';
import { openRegistry } from './open-registry.ts';
import { readSettings } from './read-settings.ts';

const hash = 'a'.repeat(64);
const change = {
  run: '0123456789ab',
  kind: 'released',
  environment: 'prod',
  digest: `sha256:${hash}`,
  fingerprint: hash,
  revision: 'abc',
  version: 'unversioned',
  at: '2026-11-29T10:00:00.000Z',
  reason: 'deploy',
} as const;

/** The registries of two services, by these settings, and what is in the repositories afterwards. */
async function open(more: Readonly<Record<string, string>>) {
  const fake = await startFakeRegistry(registryRules.dockerHub);
  onTestFinished(() => fake.stop());
  const { username, password } = registryAccount;
  const file: Record<string, string> = {
    REGISTRY: fake.host,
    DOCKERHUB_USERNAME: username,
    DOCKERHUB_TOKEN: password,
    ...more,
  };
  const variables = {
    variables: file,
    setting: (name: string) => file[name],
    secrets: {},
    foreignFileOf: () => undefined,
  };
  const settings = readSettings(variables, 'prod', {});
  const tagsOf = (name: string) => [...fake.repository(name).tags.keys()].sort();
  return { registryOf: (service: string) => openRegistry(service, settings, {}).registry, tagsOf };
}

it('keeps the journals of all services in one repository where JOURNAL_REPOSITORY names it, apart from each other', async () => {
  const { registryOf, tagsOf } = await open({ JOURNAL_REPOSITORY: 'clinic/ehr-journal' });
  for (const service of ['ehr-api', 'ehr-web']) {
    await registryOf(service).journal.append([{ ...change, service }]);
    await registryOf(service).documents.write('lock-prod', '{}');
  }
  await registryOf('ehr-api').journal.append([{ ...change, service: 'ehr-api', kind: 'frozen' }]);
  expect(tagsOf('clinic/ehr-journal')).toEqual([
    'ehr-api.journal',
    'ehr-api.journal-00000001-0123456789ab',
    'ehr-api.journal-00000002-0123456789ab',
    'ehr-api.lock-prod',
    'ehr-web.journal',
    'ehr-web.journal-00000001-0123456789ab',
    'ehr-web.lock-prod',
  ]);
  expect([...tagsOf('clinic/ehr-api'), ...tagsOf('clinic/ehr-web')]).toEqual([]);
  const { entries, problems } = await registryOf('ehr-api').journal.read();
  expect([entries.map(({ kind }) => kind), problems]).toEqual([['released', 'frozen'], []]);
  expect((await registryOf('ehr-web').journal.read()).entries).toHaveLength(1);
});

it('keeps them beside the images otherwise', async () => {
  const { registryOf, tagsOf } = await open({});
  await registryOf('ehr-api').journal.append([{ ...change, service: 'ehr-api' }]);
  expect(tagsOf('clinic/ehr-api')).toEqual(['journal', 'journal-00000001-0123456789ab']);
});

it('refuses a journal in another registry', async () => {
  const opened = open({ JOURNAL_REPOSITORY: 'ghcr.io/clinic/ehr-journal' });
  await expect(opened).rejects.toMatchObject({
    code: 'OPTIONS_INVALID',
    message: expect.stringContaining('a repository of the same registry') as string,
  });
});
