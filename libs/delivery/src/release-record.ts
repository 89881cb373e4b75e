import type { Digest } from '@ehr/oci';

/** What ran where, since when, and how we know. Stored in the registry beside the image, append-only. */
export interface ReleaseRecord {
  readonly schemaVersion: 1;
  readonly service: string;
  readonly environment: string;
  readonly digest: Digest;
  readonly fingerprint: string;
  readonly revision: string;
  readonly version: string;
  /** RFC 3339, UTC. */
  readonly provedAt: string;
}

/**
 * The tag a record is kept under: `release-<environment>-<UTC time>-<digest>`. Names sort by time within
 * an environment, so listing tags lists history; two writers never share one.
 */
export function releaseRecordTag(record: Pick<ReleaseRecord, 'environment' | 'provedAt' | 'digest'>): string {
  const time = record.provedAt.replace(/[-:]/g, '').replace(/\.(\d{3})Z$/, '$1Z');
  return `release-${record.environment}-${time}-${record.digest.slice('sha256:'.length, 'sha256:'.length + 12)}`;
}
