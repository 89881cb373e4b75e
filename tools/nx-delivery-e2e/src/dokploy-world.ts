import { Secret } from '@ehr/delivery';
import { composeEngine, startFakeDokploy } from '@ehr/delivery-testing';
import type { FakeDokploy } from '@ehr/delivery-testing';
import { setUpService } from '@ehr/dokploy-client';
import { freePort } from '@ehr/sandbox';
import { execa } from 'execa';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeliveryWorld } from './delivery-world.ts';

export interface DokployEnvironment {
  readonly name: string;
  /** Of ehr-api, as a browser reaches it. */
  readonly url: string;
  readonly composeId: string;
  /** What `.env.<name>` holds: a member's key is enough for deploys. */
  readonly variables: Readonly<Record<string, string>>;
}

/** A Dokploy that answers as recorded and drives the real engine, with ehr-api set up in the environments named. */
export interface DokployWorld {
  readonly fake: FakeDokploy;
  readonly environments: readonly DokployEnvironment[];
  stop(): Promise<void>;
}

export async function startDokployWorld(
  world: DeliveryWorld,
  names: readonly string[],
): Promise<DokployWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-dokploy-'));
  const fake = await startFakeDokploy(composeEngine(directory));
  const places: { name: string; id: string; url: string }[] = [];
  for (const name of names) {
    const port = await freePort();
    const { id } = await setUpService({
      url: fake.url,
      apiKey: new Secret(fake.ownerKey),
      project: world.project,
      environment: name,
      service: 'ehr-api',
      kind: 'compose',
      composeFile: composeFileOf(`${world.registry}/${world.project}/ehr-api`, port),
      variables: { EHR_ENVIRONMENT: name },
      waitSeconds: 60,
    });
    places.push({ name, id, url: `http://127.0.0.1:${port}` });
  }
  const key = fake.addKey({ member: { services: places.map(({ id }) => id) } });
  return {
    fake,
    environments: places.map(({ name, id, url }) => ({
      name,
      url,
      composeId: id,
      variables: {
        REGISTRY: world.registry,
        DOCKERHUB_USERNAME: world.project,
        DOKPLOY_URL: fake.url,
        DOKPLOY_API_KEY: key,
        DOKPLOY_API_COMPOSE_ID: id,
        API_PUBLIC_URL: url,
      },
    })),
    stop: async () => {
      for (const { id } of places) {
        const { appName } = fake.world.services.get(id)?.row ?? { appName: '' };
        await execa('docker', ['compose', '--project-name', appName, 'down', '--volumes', '--timeout', '5'], {
          reject: false,
        });
      }
      await fake.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function composeFileOf(repository: string, port: number): string {
  return `services:
  ehr-api:
    image: ${repository}:\${API_IMAGE_TAG:?}
    ports: ['127.0.0.1:${port}:3000']
    read_only: true
    tmpfs: [/tmp]
    environment:
      EHR_ENVIRONMENT: \${EHR_ENVIRONMENT}
      EHR_ALLOW_EMBEDDED_DATABASE: 'true'
      EHR_REVISION: \${API_REVISION:-unknown}
      EHR_VERSION: \${API_VERSION:-unversioned}
    volumes: ['data:/data']
volumes:
  data:
`;
}
