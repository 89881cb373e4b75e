import { parseHealthReport } from '@ehr/health';
import type { HealthReport } from '@ehr/health';
import type { Digest } from '@ehr/oci';
import { fingerprintTag } from '../fingerprint.ts';
import type { Ports, Source, TargetState } from '../ports.ts';
import { tagsFor } from '../tag-policy.ts';
import type { Tags } from '../tag-policy.ts';
import type { DeployOptions } from './normalize-options.ts';

/** The world as a decision needs it, read once. */
export interface Snapshot {
  readonly source: Source;
  readonly fingerprint: string;
  readonly tags: Tags;
  /** `registry/repository`. */
  readonly repository: string;
  /** The registry's image of this fingerprint, if it has one. */
  readonly image: Digest | null;
  readonly revisionTag: Digest | null;
  readonly environmentTag: Digest | null;
  readonly target: TargetState & { readonly name: string };
  /** What the service itself says, when it answers. */
  readonly running: HealthReport | null;
}

/** Reads only. Every fact a plan rests on is fetched here and nowhere else. */
export async function readSnapshot(options: DeployOptions, ports: Omit<Ports, 'builder'>): Promise<Snapshot> {
  const [source, fingerprint, state] = await Promise.all([
    ports.source.source(),
    ports.source.fingerprint(),
    ports.target.observe(),
  ]);
  const tags = tagsFor(options.environment, source);
  const [image, revisionTag, environmentTag, running] = await Promise.all([
    ports.registry.resolve(fingerprintTag(fingerprint)),
    ports.registry.resolve(tags.revision),
    ports.registry.resolve(tags.environment),
    state.healthUrl === null ? null : askIdentity(state.healthUrl, ports),
  ]);
  return {
    source,
    fingerprint,
    tags,
    repository: ports.registry.name,
    image,
    revisionTag,
    environmentTag,
    target: { ...state, name: ports.target.name },
    running,
  };
}

async function askIdentity(url: string, { prober }: Pick<Ports, 'prober'>): Promise<HealthReport | null> {
  const answer = await prober.probe(url);
  if (answer.kind === 'silence') return null;
  const report = parseHealthReport(answer.body);
  return 'problem' in report ? null : report;
}
