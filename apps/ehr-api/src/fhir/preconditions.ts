import type { StoredVersion } from '../store/stored-version.ts';
import type { Current } from '../store/write-resources.ts';
import type { FhirRequest } from './exchange.ts';
import { refusal } from './fhir-error.ts';

/** The weak ETag of a version: `W/"3"` (FHIR R4 § versioning). */
export function etagOf(version: number): string {
  return `W/"${version}"`;
}

/** The versions that a header of ETags names; `*` is any. @throws FhirError 400 */
function versionsIn(header: string, name: string): readonly string[] | '*' {
  if (header.trim() === '*') return '*';
  return header.split(',').map((etag) => {
    const version = /^\s*(?:W\/)?"([A-Za-z0-9\-.]{1,64})"\s*$/u.exec(etag)?.[1];
    if (version === undefined)
      throw refusal(400, 'invalid', `${name} must be *, or ETags of this server such as W/"1".`);
    return version;
  });
}

/**
 * Whether the resource may be written as the request's conditions have it; `current` is locked.
 * @throws FhirError 400, 412
 */
export function demandPreconditions({ conditions }: FhirRequest, current: Current | null): void {
  const there = current !== null && !current.deleted ? String(current.version) : null;
  const match = conditions['if-match'];
  if (match !== undefined) {
    const versions = versionsIn(match, 'If-Match');
    if (there === null || (versions !== '*' && !versions.includes(there)))
      throw refusal(
        412,
        'conflict',
        'The record is not at the version If-Match names; read it again, apply the change to what is there, and retry.',
      );
  }
  const noneMatch = conditions['if-none-match'];
  if (noneMatch !== undefined && there !== null) {
    const versions = versionsIn(noneMatch, 'If-None-Match');
    if (versions === '*' || versions.includes(there))
      throw refusal(
        412,
        'conflict',
        'There is a record already, which If-None-Match excludes; nothing was changed.',
      );
  }
}

/** Whether who asks has this version already (RFC 9110 section 13.1). @throws FhirError 400 */
export function isKnown({ conditions }: FhirRequest, { version, lastUpdated }: StoredVersion): boolean {
  const noneMatch = conditions['if-none-match'];
  if (noneMatch !== undefined) {
    const versions = versionsIn(noneMatch, 'If-None-Match');
    return versions === '*' || versions.includes(String(version));
  }
  const since = Date.parse(conditions['if-modified-since'] ?? '');
  // HTTP's dates have no milliseconds.
  return !Number.isNaN(since) && Math.floor(lastUpdated.getTime() / 1000) * 1000 <= since;
}
