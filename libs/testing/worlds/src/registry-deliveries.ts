import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAttester } from '@ehr/delivery-attest';
import { deploy, type Digest, type Environment, type Ports, type Report, rollback } from '@ehr/delivery-core';
import { createRecordingPorts, reportOf, requestOf, silent } from '@ehr/delivery-core/testing';
import {
  type AnswerMemory,
  createReferrers,
  createRegistry,
  createTransport,
  readImageLayout,
  type Referrers,
} from '@ehr/delivery-registry';
import { writeImageLayout } from '@ehr/testing-fakes';

/** Deliveries of one service whose images are in a registry: the commands and the registry's client are the real ones. */
export interface RegistryDeliveries {
  /** A client of its own, as each command has one. */
  client(): Ports['registry'];
  /** An image with the same base and packages, and this line in the service. */
  image(line: string): Promise<TestedImage>;
  /** Deploys the image, as a version when one is named, with the attestation unless it is left out. */
  ship(image: TestedImage, how?: { readonly release?: string; readonly attested?: boolean }): Promise<Report>;
  /** Only decides what a deploy of the image would do. */
  plan(image: TestedImage): Promise<unknown>;
  rollback(): Promise<Report>;
  /** Ports for who only looks, again and again, with a memory of what the registry answered. */
  reader(memory: AnswerMemory): Ports & { readonly referrers: Referrers };
  remove(): Promise<void>;
}

/** An image on this machine. */
interface TestedImage {
  readonly directory: string;
  readonly digest: Digest;
  readonly fingerprint: string;
}

/** Where to, and how large. */
interface DeliveryOptions {
  /** Default prod, whose deliveries move `latest` as well. */
  readonly environment?: Environment;
  /** Bytes of the base's largest layer on each platform; the other layers have 2,000. */
  readonly largest?: number;
}

const LAYER_BYTES = 2_000;

/**
 * Deliveries to a registry: build, gate, target and clock are in memory.
 * @throws what the registry's client throws
 */
export async function deliveriesTo(
  options: Parameters<typeof createRegistry>[0],
  { environment = 'prod', largest = LAYER_BYTES }: DeliveryOptions = {},
): Promise<RegistryDeliveries> {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-deliveries-'));
  const service = options.repository.split('/').at(-1) ?? '';
  const { world, ...recording } = createRecordingPorts({ service, environment });
  let runs = 0;
  let images = 0;
  const portsOf = (attested: boolean, layout: string | null): Ports => {
    const { source, attester } = recording;
    const transport = createTransport(options);
    return {
      ...recording,
      run: { ...recording.run, id: String(++runs).padStart(12, '0') },
      registry: createRegistry({ ...options, transport }),
      builder: { build: () => readImageLayout(layout ?? '') },
      attester: attested ? attesterOf({ ...options, transport }, source) : attester,
    };
  };
  const checkOut = ({ fingerprint, digest }: TestedImage) => {
    // Other content is another commit, and content from before is a later commit that goes back to it.
    if (world.fingerprint !== fingerprint)
      world.line.push(createHash('sha1').update(`${world.line.length} ${fingerprint}`).digest('hex'));
    Object.assign(world, { fingerprint, revision: world.line.at(-1), built: digest });
    world.identities[digest] = fingerprint;
  };
  const layer = (name: string, bytes = LAYER_BYTES) => {
    const seed = createHash('sha256').update(name).digest();
    return Buffer.alloc(bytes, seed);
  };

  return {
    client: () => createRegistry(options),
    image: async (line) => {
      const fingerprint = createHash('sha256').update(line).digest('hex');
      const place = join(directory, String(++images));
      await mkdir(place);
      const own = [layer('database'), layer('packages'), layer(line)];
      const platform = (name: string) => [
        layer(`${name} 0`, largest),
        ...[1, 2, 3, 4].map((number) => layer(`${name} ${number}`)),
        ...own,
      ];
      const digest = await writeImageLayout(place, {
        fingerprint,
        platforms: { 'linux/amd64': platform('amd64'), 'linux/arm64': platform('arm64') },
      });
      return { directory: place, digest, fingerprint };
    },
    plan: (image) => {
      checkOut(image);
      const request = requestOf({ service, environment, mode: { kind: 'dry-run' } });
      return deploy(request, { ...portsOf(false, image.directory), reporter: silent });
    },
    ship: async (image, { release, attested = true } = {}) => {
      checkOut(image);
      const request = requestOf({ service, environment, release: release ?? null });
      const ports = portsOf(attested, image.directory);
      return reportOf(await deploy(request, { ...ports, reporter: silent }));
    },
    rollback: async () => {
      const request = { ...requestOf({ service, environment }), to: null };
      return reportOf(await rollback(request, { ...portsOf(false, null), reporter: silent }));
    },
    reader: (memory) => {
      const transport = createTransport({ ...options, memory });
      return {
        ...recording,
        registry: createRegistry({ ...options, transport }),
        referrers: createReferrers({ ...options, transport }),
      };
    },
    remove: () => rm(directory, { recursive: true }),
  };
}

function attesterOf(
  options: Parameters<typeof createRegistry>[0],
  source: Ports['source'],
): Ports['attester'] {
  return createAttester({
    repository: `${options.registry}/${options.repository}`,
    referrers: createReferrers(options),
    cosign: null,
    source,
    content: async () => ({ packages: [], libraries: [], baseImage: 'node:24' }),
    origin: async () => ({ sourceUrl: null, builderId: 'urn:test', invocationId: 'test' }),
  });
}
