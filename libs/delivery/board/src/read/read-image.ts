import {
  type Digest,
  type Environment,
  environments,
  type JournalEntry,
  movingTagsOf,
  PROVENANCE_TYPE,
  type StoredImage,
  trustAnybody,
} from '@ehr/delivery-core';
import type { Accepted, BoardPorts, ServicePorts } from '../board-ports.ts';

/** A package in an image, by its SBOM. */
export interface Component {
  readonly name: string;
  readonly version: string;
  readonly type: string;
}

/** How an image was built, by its provenance. */
export interface BuildFacts {
  readonly builder: string;
  readonly invocation: string;
  readonly source: string;
  readonly baseImage: string;
  readonly startedOn: string;
  readonly finishedOn: string;
}

/** Whether the image's signature counts: `null` message: it does. */
export type Signature =
  | { readonly kind: 'verified' }
  | { readonly kind: 'refused'; readonly message: string }
  /** No key is named that it could be verified with. */
  | { readonly kind: 'not-checked' };

/** Everything the registry knows of an image. */
export interface ImageDetails {
  readonly service: string;
  readonly image: StoredImage;
  readonly tags: readonly string[];
  /** From the journal; null for an image that it does not know. */
  readonly release: JournalEntry | null;
  readonly subject: string;
  /** Null: no SBOM is attached. */
  readonly components: readonly Component[] | null;
  readonly provenance: BuildFacts | null;
  readonly signature: Signature;
  readonly attached: readonly string[];
  /** Null when this checkout does not know the image's commit. */
  readonly accepted: readonly Accepted[] | null;
}

/** Reads an image of a service, with the settings of an environment; null when the registry does not have it. */
export async function readImage(
  service: string,
  digest: Digest,
  environment: Environment,
  ports: BoardPorts,
): Promise<ImageDetails | null> {
  const opened = await ports.open(service, environment);
  const image = await opened.registry.describe(digest);
  if (image === null) return null;
  const { entries } = await opened.registry.journal.read();
  const own = entries.filter((entry) => entry.digest === digest);
  const release = own.findLast(({ version }) => version !== 'unversioned') ?? own.at(-1) ?? null;
  const [tags, attachments, sbom, commit, signature, accepted] = await Promise.all([
    tagsOf(digest, release, opened),
    opened.referrers.list(digest),
    opened.referrers.readSbom(digest),
    release === null ? null : opened.source.commit(release.revision),
    signatureOf(digest, opened),
    release === null ? null : ports.accepted(service, release.revision),
  ]);
  const provenance = attachments.find(({ artifactType }) => artifactType === PROVENANCE_TYPE);
  const statement = provenance && (await opened.referrers.fetch(provenance.digest));
  return {
    service,
    image,
    tags,
    release,
    subject: commit?.subject ?? '',
    components: sbom === null ? null : componentsIn(sbom),
    provenance: statement?.subject === digest ? buildFactsIn(statement.text) : null,
    signature,
    attached: attachments.map(({ artifactType }) => artifactType ?? 'unknown'),
    accepted,
  };
}

/** Of the tags that can name it: environments, those of its commit and of its version. Each costs a request. */
async function tagsOf(
  digest: Digest,
  release: JournalEntry | null,
  { registry }: ServicePorts,
): Promise<readonly string[]> {
  const all = await registry.listTags('');
  const version = release === null || release.version === 'unversioned' ? '' : release.version;
  const likely = new Set([version, `v${version}`, ...movingTagsOf(`v${version}`)]);
  const candidates = all.filter(
    (tag) =>
      likely.has(tag) ||
      tag === 'latest' ||
      environments.some((environment) => environment === tag) ||
      (release !== null && tag.includes(release.revision.slice(0, 7))),
  );
  const named = await Promise.all(candidates.map((tag) => registry.resolve(tag)));
  return candidates.filter((_tag, position) => named[position] === digest);
}

async function signatureOf(digest: Digest, { trust }: ServicePorts): Promise<Signature> {
  if (trust === trustAnybody) return { kind: 'not-checked' };
  const doubt = await trust.doubt(digest);
  return doubt === null ? { kind: 'verified' } : { kind: 'refused', message: doubt };
}

/** Of CycloneDX's JSON; what is no component is left out. */
function componentsIn(sbom: string): readonly Component[] {
  const { components = [] } = parse(sbom) as { components?: Record<string, unknown>[] };
  return components
    .map(({ group, name, version, type }) => ({
      name: [group, name].filter(Boolean).map(String).join('/'),
      version: text(version),
      type: text(type),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Of SLSA's predicate in an in-toto statement, as deploys write it. */
function buildFactsIn(statement: string): BuildFacts {
  const at = (...path: (string | number)[]) =>
    text(
      path.reduce<unknown>(
        (value, key) => (value as Record<string, unknown> | undefined | null)?.[key],
        parse(statement),
      ),
    );
  const [definition, run] = [
    ['predicate', 'buildDefinition'],
    ['predicate', 'runDetails'],
  ] as const;
  const source = [...definition, 'resolvedDependencies', 0] as const;
  return {
    builder: at(...run, 'builder', 'id'),
    invocation: at(...run, 'metadata', 'invocationId'),
    source: at(...source, 'uri') || at(...source, 'digest', 'gitCommit'),
    baseImage: at(...definition, 'internalParameters', 'baseImage'),
    startedOn: at(...run, 'metadata', 'startedOn'),
    finishedOn: at(...run, 'metadata', 'finishedOn'),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** An empty object for what is no JSON object. */
function parse(json: string): object {
  try {
    const value = JSON.parse(json) as unknown;
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
