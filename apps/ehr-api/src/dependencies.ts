import type { Identity } from '@ehr/health';
import type { Database } from './database/database.ts';

/** What the request handlers work with. */
export interface Dependencies {
  readonly database: Database;
  readonly identity: Identity;
  /** When this process started, as the CapabilityStatement's date. */
  readonly startedAt: Date;
}
