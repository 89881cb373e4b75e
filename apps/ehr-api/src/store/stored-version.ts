/** How a version came about. */
export type WriteMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One version of a resource, as it is stored. */
export interface StoredVersion {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly lastUpdated: Date;
  readonly method: WriteMethod;
  /** Of a tombstone, which has no content. */
  readonly deleted: boolean;
  /** JSON, as it is sent. */
  readonly content: string;
}

/** Of the table `resource r`. */
export const VERSION_COLUMNS =
  'r.pk::text as pk, r.id, r.version, r.last_updated, r.method, r.deleted, r.content';

/** What a search shows of a resource. */
export type FoundResource = Pick<StoredVersion, 'type' | 'id' | 'content'>;

/** Of the table `resource r`: what a search shows. */
export const FOUND_COLUMNS = 'r.id, r.content';

/** A found row as the database gives it. */
export type FoundColumns = Pick<VersionRow, 'id' | 'content'>;

export function toFound(type: string, { id, content }: FoundColumns): FoundResource {
  return { type, id, content: content ?? '' };
}

/** A row as the database gives it; `type` is known or asked for. */
export interface VersionRow {
  readonly pk: string;
  readonly id: string;
  readonly version: number;
  readonly last_updated: Date;
  readonly method: WriteMethod;
  readonly deleted: boolean;
  /** Null of a tombstone. */
  readonly content: string | null;
}

export function toStoredVersion(type: string, row: VersionRow): StoredVersion {
  const { id, version, last_updated: lastUpdated, method, deleted } = row;
  return { type, id, version, lastUpdated, method, deleted, content: row.content ?? '' };
}
