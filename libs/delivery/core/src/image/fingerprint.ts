/** The image label that carries the fingerprint; the environment variable `EHR_FINGERPRINT` repeats it. */
export const FINGERPRINT_LABEL = 'connect.ehr.fingerprint';

/** What goes into an image, in the terms of the workspace, each with a name that is the same on every machine. */
export interface FingerprintParts {
  /** Workspace-relative path → content hash, of every file of the service and its libraries that ships. */
  readonly files: Readonly<Record<string, string>>;
  /** `name@version` → integrity, of every npm package the service reaches, build tools included. */
  readonly packages: Readonly<Record<string, string>>;
  /** Target name → its executor and options. */
  readonly targets: Readonly<Record<string, unknown>>;
  /** Build arguments that replace a default of the Dockerfile, such as BASE_IMAGE. */
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** The text whose SHA-256 is the fingerprint: one line a part, sorted, so that order says nothing. */
export function fingerprintDocument(parts: FingerprintParts): string {
  const lines = Object.entries({
    file: parts.files,
    package: parts.packages,
    target: parts.targets,
    argument: parts.buildArgs,
  }).flatMap(([kind, entries]) =>
    Object.entries(entries).map(([name, value]) => JSON.stringify([kind, name, canonical(value)])),
  );
  return ['ehr-connect fingerprint 1', ...lines.sort()].join('\n');
}

/** The tag under which the registry finds an image by its content. Never moves. */
export function fingerprintTag(fingerprint: string): string {
  return `fingerprint-${fingerprint}`;
}

/** Objects with their keys in order: the same options written in another order are the same options. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, canonical(inner)]),
  );
}
