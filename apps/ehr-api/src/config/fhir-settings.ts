import type { SearchLimits } from '@ehr/fhir/server';

/** How this server is set up. */
export interface FhirSettings {
  /** Whether a resource that others refer to may be deleted. */
  readonly deletesReferenced: boolean;
  /** Entries of a bundle. */
  readonly mostEntries: number;
  /** What a search may ask for. */
  readonly search: SearchSettings;
  /** For so many minutes a chart is opened at most. */
  readonly breakGlassMinutes: number;
  /** Whether every access is recorded; where it is not there are no patients. */
  readonly audits: boolean;
}

/** What a search may ask for, and how long it may take. */
interface SearchSettings extends SearchLimits {
  /** Resources beside the matches of a page. */
  readonly includes: number;
}

/** What clients may take of this server. */
export interface Limits {
  /** Open at once, of all clients; what comes beyond them is closed unanswered. */
  readonly connections: number;
  /** At work at once, of each client. */
  readonly clientRequests: number;
  /** A minute, of each client with a token; each replica counts for itself. */
  readonly clientRate: number;
  /** For the header of a request; after that its connection is closed. */
  readonly headerMs: number;
}

/** How this server is set up where nobody says otherwise. */
export const defaults = {
  publicUrl: null,
  service: null,
  corsOrigins: [],
  trustedProxies: [],
  bodyBytes: 32 * 1024 * 1024,
  statementMs: 30_000,
  limits: { connections: 1_000, clientRequests: 64, clientRate: 12_000, headerMs: 8_000 },
  settings: {
    deletesReferenced: false,
    mostEntries: 5_000,
    audits: true,
    breakGlassMinutes: 240,
    search: { criteria: 30, values: 500, chain: 5, includes: 1_000 },
  },
} as const;
