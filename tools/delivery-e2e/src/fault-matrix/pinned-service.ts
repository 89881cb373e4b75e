import { type Digest, parseReference } from '@ehr/delivery-core';
import type { FakeDokploy, FakeService } from '@ehr/testing-fakes';
import type { RunConfig } from './run-deploy.ts';

/** Stands in the environment text of every service, and may stand in nothing a run tells. */
export const DATABASE_PASSWORD = 'canary-database-password-93af';

/** A service of Dokploy's that is pinned to an image and runs it. */
export function addPinnedService(
  fake: FakeDokploy,
  kind: RunConfig['kind'],
  repository: string,
  pin: string,
  revision: string,
): FakeService {
  const composeFile = `services:\n  ehr-api:\n    image: ${repository}:\${API_IMAGE_TAG:?}\n`;
  const service = fake.addService({ name: 'ehr-api', kind, sourceType: 'raw', composeFile });
  const secret = `DATABASE_URL=postgres://ehr:${DATABASE_PASSWORD}@db/ehr`;
  if (kind === 'compose') {
    service.row.env = `${secret}\nAPI_IMAGE_TAG=${pin.slice(repository.length + 1)}\nAPI_REVISION=${revision}\nAPI_VERSION=unversioned`;
  } else {
    service.row.env = `${secret}\nEHR_REVISION=${revision}\nEHR_VERSION=unversioned`;
    Object.assign(service.row, { sourceType: 'docker', dockerImage: pin });
  }
  Object.assign(service.running, { images: { 'ehr-api': pin }, env: service.row.env, health: 'healthy' });
  return service;
}

/** What Dokploy would deploy now. */
export function pinnedDigest({ kind, row }: FakeService, repository: string): Digest | undefined {
  const image =
    kind === 'application'
      ? String(row['dockerImage'])
      : `${repository}:${/^API_IMAGE_TAG=(.*)$/m.exec(row.env ?? '')?.[1]}`;
  return parseReference(image)?.digest;
}
