import type { DatabaseSchema } from '@ehr/health';
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
