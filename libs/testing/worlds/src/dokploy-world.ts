import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@ehr/delivery-core';
import { setUpService } from '@ehr/delivery-dokploy';
import { composeEngine, type FakeDokploy, startFakeDokploy } from '@ehr/testing-fakes';
import { freePort } from '@ehr/testing-sandbox';
import { execa } from 'execa';
import { type DeliveryWorld, DEMANDED } from './delivery-world.ts';

/** A service of this workspace. */
export type Service = 'ehr-api' | 'ehr-web';

/** An environment in the fake Dokploy, with the settings a deploy to it needs. */
interface DokployEnvironment {
  readonly name: string;
  /** Of each service, as a browser reaches it. */
  readonly urls: Readonly<Partial<Record<Service, string>>>;
  /** What `.env.<name>` holds: a member's key is enough for deploys. */
  readonly variables: Readonly<Record<string, string>>;
}

/** A Dokploy that answers as recorded and drives the real engine, with services set up in the environments named. */
export interface DokployWorld {
  readonly fake: FakeDokploy;
  /** The key that the environments' variables hold: it may deploy and nothing else. */
  readonly memberKey: string;
  readonly environments: readonly DokployEnvironment[];
  stop(): Promise<void>;
}

/** Starts a fake Dokploy that runs what is deployed on the real engine, and sets the services up in it. */
export async function startDokployWorld(
  world: DeliveryWorld,
  names: readonly string[],
  services: readonly Service[] = ['ehr-api'],
): Promise<DokployWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-dokploy-'));
  const fake = await startFakeDokploy(composeEngine(directory));
  // As Dokploy's own: services of all environments are in it, and each has a name of its environment there.
  const network = `${world.project}-dokploy`;
  await execa('docker', ['network', 'create', network]);
  const places: { name: string; service: Service; id: string; url: string }[] = [];
  for (const name of names) {
    for (const service of services) {
      const port = await freePort();
      const { id } = await setUpService({
        url: fake.url,
        apiKey: new Secret(fake.ownerKey),
        project: world.project,
        environment: name,
        service,
        kind: 'compose',
        composeFile: composeFileOf(service, `${world.registry}/${world.project}/${service}`, port, network),
        variables: { EHR_ENVIRONMENT: name },
        waitSeconds: 60,
      });
      places.push({ name, service, id, url: `http://127.0.0.1:${port}` });
    }
  }
  const memberKey = fake.addKey({ member: { services: places.map(({ id }) => id) } });
  return {
    fake,
    memberKey,
    environments: names.map((name) => {
      const here = places.filter((place) => place.name === name);
      return {
        name,
        urls: Object.fromEntries(here.map(({ service, url }) => [service, url])),
        variables: {
          REGISTRY: world.registry,
          DOCKERHUB_USERNAME: world.project,
          DOKPLOY_URL: fake.url,
          DOKPLOY_API_KEY: memberKey,
          // Long enough to watch, short enough for a test.
          VERIFICATION_SECONDS: '3',
          ...Object.fromEntries(
            here.flatMap(({ service, id, url }) => [
              [`DOKPLOY_${prefixOf(service)}_COMPOSE_ID`, id],
              [`${prefixOf(service)}_PUBLIC_URL`, url],
            ]),
          ),
        },
      };
    }),
    stop: async () => {
      for (const { id } of places) {
        const { appName } = fake.world.services.get(id)?.row ?? { appName: '' };
        await execa('docker', ['compose', '--project-name', appName, 'down', '--volumes', '--timeout', '5'], {
          reject: false,
        });
      }
      await execa('docker', ['network', 'rm', network], { reject: false });
      await fake.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function prefixOf(service: Service): string {
  return service === 'ehr-api' ? 'API' : 'WEB';
}

function composeFileOf(service: Service, repository: string, port: number, network: string): string {
  const prefix = prefixOf(service);
  return `services:
  ${service}:
    image: ${repository}:\${${prefix}_IMAGE_TAG:?}
    ports: ['127.0.0.1:${port}:3000']
    read_only: true
    tmpfs: [/tmp]
    # A check costs a process; how it starts is the image's, and afterwards the tests ask themselves.
    healthcheck: { interval: 60s }
    environment:
      EHR_ENVIRONMENT: \${EHR_ENVIRONMENT}
${Object.entries(DEMANDED)
  .map(([name, value]) => `      ${name}: '${value}'\n`)
  .join('')}      EHR_REVISION: \${${prefix}_REVISION:-unknown}
      EHR_VERSION: \${${prefix}_VERSION:-unversioned}
    volumes: ['data:/data']
    networks: { default: {}, shared: { aliases: ['${service}-\${EHR_ENVIRONMENT}'] } }
networks:
  shared: { external: true, name: ${network} }
volumes:
  data:
`;
}
