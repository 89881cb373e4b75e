/** How this server is set up. */
export interface FhirSettings {
  /** Whether a resource that others refer to may be deleted. */
  readonly deletesReferenced: boolean;
  /** Entries of a bundle. */
  readonly mostEntries: number;
  /** Whether every access is recorded; where it is not there are no patients. */
  readonly audits: boolean;
}

/** How this server is set up where nobody says otherwise. */
export const defaults = {
  publicUrl: null,
  trustedProxies: [],
  bodyBytes: 32 * 1024 * 1024,
  settings: { deletesReferenced: false, mostEntries: 5_000, audits: true },
} as const;
