import type { DatabaseSchema } from '@ehr/health';
import type { Environment } from '../environments.ts';
import { coreError } from '../errors/catalog.ts';
import type { ImageConfig } from './manifest.ts';

/** On which schemas of its database an image runs: numbers that grow by one with each change of it. */
export interface ImageSchema {
  /** The oldest that it can bring up to its own; 0 is an empty database. */
  readonly lowest: number;
  /** What it makes of the database when it starts. */
  readonly own: number;
  /** The newest, made by a later release, that it still reads and writes. */
  readonly highest: number;
}

const OWN_LABEL = 'connect.ehr.schema';
const LOWEST_LABEL = 'connect.ehr.schema-lowest';
const HIGHEST_LABEL = 'connect.ehr.schema-highest';

/** What the labels of an image's platforms say alike; null for an image that keeps no records, or is from before the labels. */
export function imageSchemaOf(platforms: readonly ImageConfig[]): ImageSchema | null {
  const [first, ...others] = platforms.map(({ config }) => schemaIn(config?.Labels ?? {}));
  if (first == null || others.some((other) => JSON.stringify(other) !== JSON.stringify(first))) return null;
  return first;
}

function schemaIn(labels: Readonly<Record<string, string>>): ImageSchema | null {
  const read = (label: string) => (/^\d{1,9}$/.test(labels[label] ?? '') ? Number(labels[label]) : NaN);
  const schema = { lowest: read(LOWEST_LABEL), own: read(OWN_LABEL), highest: read(HIGHEST_LABEL) };
  return schema.lowest <= schema.own && schema.own <= schema.highest ? schema : null;
}

/** The database as an image leaves it that was started on it. */
export function schemaLeftBy({ own, highest }: ImageSchema): DatabaseSchema {
  return { current: own, highest };
}

/**
 * Nothing is rolled out on a database that it cannot run on; nor what changes it so that the version before, which
 * answers until the new one does and comes back when that fails, cannot run on it any more.
 * @throws SCHEMA_BEYOND
 */
export function refuseSchema(
  image: ImageSchema | null,
  database: DatabaseSchema | null,
  environment: Environment,
): void {
  if (image === null || database === null) return;
  const { lowest, own, highest } = image;
  const { current } = database;
  if (current < lowest || current > highest) {
    throw coreError(
      'SCHEMA_BEYOND',
      `The database of ${environment} is at schema ${current}; this image runs on ${lowest} to ${highest}.`,
    );
  }
  // On a laptop a try is a try.
  if (own > database.highest && environment !== 'local') {
    throw coreError(
      'SCHEMA_BEYOND',
      `This image makes schema ${own} of the database; what runs in ${environment} runs on ${database.highest} at most, and could neither answer meanwhile nor come back.`,
    );
  }
}
