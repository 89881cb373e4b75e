import type { FhirResource } from 'fhir/r4';

/** One version of a record. */
export interface StoredResource {
  readonly id: string;
  readonly version: number;
  readonly lastUpdated: Date;
  /** With `id` and `meta` as the server sets them. */
  readonly resource: FhirResource;
}

/** A row of the table of resources, as the database gives it. */
export interface ResourceRow {
  readonly id: string;
  readonly version: number;
  readonly last_updated: Date;
  readonly content: FhirResource;
}

/** Puts what the server decides (id, version, time) into the resource, and first in it. */
export function toStoredResource({ id, version, last_updated, content }: ResourceRow): StoredResource {
  const { resourceType, meta, ...elements } = content;
  const first = {
    resourceType,
    id,
    meta: { ...meta, versionId: String(version), lastUpdated: last_updated.toISOString() },
  };
  const resource = { ...first, ...elements, id } as FhirResource;
  return { id, version, lastUpdated: last_updated, resource };
}
