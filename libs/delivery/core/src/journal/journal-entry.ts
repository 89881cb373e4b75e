import type { Digest } from '../image/digest.ts';
import type { JournalEntry, JournalKind } from './journal.ts';
import type { DeployPlan } from '../plan/plan.ts';

/** The journal's account of something that happened to the plan's image. */
export function journalEntry(
  plan: Pick<DeployPlan, 'service' | 'environment' | 'fingerprint' | 'revision' | 'version'>,
  kind: JournalKind,
  digest: Digest,
  now: Date,
  reason: string,
): JournalEntry {
  const { service, environment, fingerprint, revision, version } = plan;
  return {
    schemaVersion: 1,
    kind,
    service,
    environment,
    digest,
    fingerprint,
    revision,
    version,
    at: now.toISOString(),
    reason,
  };
}
