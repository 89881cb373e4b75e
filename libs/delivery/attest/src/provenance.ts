import type { AttestationFacts, Digest } from '@ehr/delivery-core';
import { execa } from 'execa';
import { z } from 'zod';

/** What a provenance has besides the facts of the image. */
interface ProvenanceContext extends BuildOrigin {
  readonly repository: string;
  readonly baseImage: string;
  /** Whether the working tree held changes that are in no commit. */
  readonly dirty: boolean;
}

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';

/** The provenance of an image: an in-toto statement with SLSA's predicate. */
export function renderProvenance(facts: AttestationFacts, context: ProvenanceContext): string {
  const { service, platforms, fingerprint, revision, digest, startedOn, finishedOn } = facts;
  const { repository, baseImage, dirty, sourceUrl, builderId, invocationId } = context;
  const statement = {
    _type: STATEMENT_TYPE,
    subject: [{ name: repository, digest: { sha256: digest.slice('sha256:'.length) } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: buildType(sourceUrl),
        externalParameters: { service, platforms: [...platforms].sort() },
        internalParameters: { fingerprint, baseImage, uncommittedChanges: dirty },
        resolvedDependencies: [
          {
            ...(sourceUrl !== null && { uri: `git+${sourceUrl}@${revision}` }),
            digest: { gitCommit: revision },
            name: 'source',
          },
        ],
      },
      runDetails: {
        builder: { id: builderId },
        metadata: {
          invocationId,
          startedOn: startedOn.toISOString(),
          finishedOn: finishedOn.toISOString(),
        },
      },
    },
  };
  return JSON.stringify(statement, null, 2);
}

/** The document about how such an image is built: an address, or a name where the checkout has no address. */
function buildType(sourceUrl: string | null): string {
  const place = 'docs/SUPPLY_CHAIN.md#build-type';
  return sourceUrl === null ? `urn:ehr-connect:${place}` : `${sourceUrl}/blob/main/${place}`;
}

const statementSchema = z.object({
  _type: z.literal(STATEMENT_TYPE),
  predicateType: z.literal(PREDICATE_TYPE),
  subject: z.array(z.object({ digest: z.object({ sha256: z.string() }) })),
  predicate: z.object({
    buildDefinition: z.object({ internalParameters: z.object({ fingerprint: z.string() }) }),
  }),
});

/** The reason for which this is no provenance of the image; null when it is one. */
export function describesImage(
  text: string,
  image: { readonly digest: Digest; readonly fingerprint: string },
): string | null {
  const parsed = statementSchema.safeParse(parseOrNull(text));
  if (!parsed.success) return 'the provenance is not a statement as a deploy writes it';
  const { subject, predicate } = parsed.data;
  if (!subject.some(({ digest }) => `sha256:${digest.sha256}` === image.digest))
    return 'the provenance is about another image';
  const { fingerprint } = predicate.buildDefinition.internalParameters;
  if (fingerprint === image.fingerprint) return null;
  return `the provenance has the fingerprint ${fingerprint.slice(0, 12)}, the image’s label ${image.fingerprint.slice(0, 12)}`;
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Who builds, from what repository. */
export interface BuildOrigin {
  /** `https://host/owner/name`; null when the checkout has no such address. */
  readonly sourceUrl: string | null;
  /** The GitHub Actions run's address, or `local`. */
  readonly builderId: string;
  /** The attempt of that run, or `runId`. */
  readonly invocationId: string;
}

/** The run of GitHub Actions that this process belongs to; else `local`, with the remote `origin` of the checkout in `root`. */
export async function readBuildOrigin(
  root: string,
  runId: string,
  processEnv: Readonly<Record<string, string | undefined>>,
): Promise<BuildOrigin> {
  const { GITHUB_ACTIONS, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT } =
    processEnv;
  if (GITHUB_ACTIONS === 'true' && GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_RUN_ID) {
    const sourceUrl = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`;
    const builderId = `${sourceUrl}/actions/runs/${GITHUB_RUN_ID}`;
    return { sourceUrl, builderId, invocationId: `${builderId}/attempts/${GITHUB_RUN_ATTEMPT ?? '1'}` };
  }
  const { stdout } = await execa('git', ['remote', 'get-url', 'origin'], {
    cwd: root,
    stdin: 'ignore',
    reject: false,
  });
  return { sourceUrl: webAddress(stdout ?? ''), builderId: 'local', invocationId: runId };
}

/** A remote as a web address without user, password or `.git`; null for a path or anything else. */
export function webAddress(remote: string): string | null {
  const [, host, path] =
    /^(?:https?:\/\/|ssh:\/\/)(?:[^@/]*@)?([\w.-]+)(?::\d+)?\/(.+?)(?:\.git)?\/?$/.exec(remote.trim()) ??
    /^[\w.-]+@([\w.-]+):(.+?)(?:\.git)?\/?$/.exec(remote.trim()) ??
    [];
  return host === undefined || path === undefined ? null : `https://${host}/${path}`;
}
