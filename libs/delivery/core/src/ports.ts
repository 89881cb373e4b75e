import type { Clock } from './clock.ts';
import type { Digest } from './image/digest.ts';
import type { PinnedReference, Reference } from './image/reference.ts';
import type { StoredImage } from './image/stored-image.ts';
import type { Documents } from './journal/documents.ts';
import type { Journal } from './journal/open-journal.ts';
import type { Trust } from './trust.ts';

/** An image on this machine, as an OCI image layout: what `container` wrote. Its digest is compared with everything else. */
export interface ImageLayout extends Omit<StoredImage, 'layers'> {
  readonly directory: string;
  /** Configs and layers of all platforms, each once; in bytes. */
  readonly blobBytes: number;
}

/** How far a push is; bytes of blobs. */
export interface PushProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
}

/** What a push sent; bytes and numbers of blobs. */
export interface PushResult {
  readonly digest: Digest;
  readonly sentBytes: number;
  readonly sentBlobs: number;
  readonly presentBlobs: number;
}

/** One repository of a registry. Its errors have codes of their own and never hold credentials. */
export interface Registry {
  /** `registry/repository`. */
  readonly repository: Reference;
  resolve(tagOrDigest: string): Promise<Digest | null>;
  /** The tags that begin with `prefix`, in order; none for a repository that does not exist yet. */
  listTags(prefix: string): Promise<readonly string[]>;
  /** Blobs first, then manifests, then the index by digest; no tag is touched. */
  push(layout: ImageLayout, onProgress: (progress: PushProgress) => void): Promise<PushResult>;
  tag(digest: Digest, tag: string): Promise<void>;
  /** Takes a tag away, and nothing else; false when the registry does not let it go. A tag that is not there is gone. */
  untag(tag: string): Promise<boolean>;
  /** Null when it has no image of that name. */
  describe(tagOrDigest: string): Promise<StoredImage | null>;
  /** How many of the layout's bytes, configs included, the repository lacks. */
  missingBytes(layout: ImageLayout): Promise<number>;
  /** Where the service's journal and locks are. */
  readonly documents: Documents;
  /** What happened to the service, out of these documents. */
  readonly journal: Journal;
}

/** What the environment is set up to run, by its own account. */
export interface TargetState {
  /** The image as the service is set up with it; null when it never ran. */
  readonly image: Reference | null;
  /** The digest that runs, by the platform's own account, also where it was started by tag; null when it does not tell. */
  readonly digest: Digest | null;
  /** The environment it is set up as; null when that is not said. */
  readonly environment: string | null;
  /**
   * Whether records outlive the container: a volume where the image keeps them, or the setting that makes it
   * unnecessary; null when the platform does not tell.
   */
  readonly keepsData: boolean | null;
  /** Where its health answers; null when it never ran. */
  readonly healthUrl: string | null;
  /** As started, so that an undo restores them too. */
  readonly revision: string | null;
  readonly version: string | null;
}

/** What a target is told to run. */
export interface Pin {
  readonly image: PinnedReference;
  readonly revision: string;
  readonly version: string;
}

/** One container or task of the service, by the platform's account. */
export interface Replica {
  readonly image: Reference | null;
  readonly state: 'running' | 'starting' | 'ended';
  /** Since it was started with this image; null when the platform does not tell. */
  readonly restarts: number | null;
}

/** Why the previous version still answers, as far as the platform tells. */
export interface Explanation {
  /** What the new containers died of; null when none came up at all. */
  readonly fault: 'SERVICE_CRASHES' | 'SERVICE_UNHEALTHY' | 'DEPENDENCY_MISSING' | null;
  readonly message: string;
}

/** Where a service runs: a compose project here; Dokploy behind the same verbs. */
export interface Target {
  readonly name: string;
  /** Whether it runs what the environment's tag names, as by a webhook, and not a digest it is told. */
  readonly followsTag: boolean;
  inspect(): Promise<TargetState>;
  /**
   * Starts the image apart from the running service, without its data or address. Null where there is no place for
   * that, as in Dokploy.
   * @throws SMOKE_TEST_FAILED
   */
  readonly smokeTest: ((pin: Pin) => Promise<void>) | null;
  /** The variables, or fields, by which `trigger` tells the platform about the pin. Nothing is asked or written. */
  variablesFor(pin: Pin): Readonly<Record<string, string>>;
  /** Pins the image and asks for the rollout. An error whose effect is `none` changed nothing. */
  trigger(pin: Pin): Promise<void>;
  /** Puts a version back that ran here, without asking the registry for what the host has. */
  restore(pin: Pin): Promise<void>;
  /** The service's containers now, old ones that still run included; null where the platform does not tell. */
  replicas(): Promise<readonly Replica[] | null>;
  /** Null where the platform does not tell. Asked only when the previous version still answers after a rollout. */
  explainPrevious(): Promise<Explanation | null>;
  /**
   * Returns when the platform says that the containers are healthy. An error whose effect is `unknown` leaves open
   * what runs.
   * @throws SERVICE_CRASHES
   * @throws SERVICE_UNHEALTHY
   */
  settle(onProgress: (message: string) => void): Promise<void>;
  /** Leaves the host the images `kept` (first 12 digits) and those of containers. Absent where others do, as Dokploy. */
  removeOldImages?(kept: readonly string[]): Promise<number>;
}

/** Builds (or restores from the cache) the service's image and returns its layout. */
export interface Builder {
  build(): Promise<ImageLayout>;
}

/** How often the gate refuses an image, warns, or was told that a finding is harmless; and why, never a secret itself. */
export interface GateVerdict {
  readonly refusals: number;
  readonly warnings: number;
  readonly accepted: number;
  readonly message: string;
}

/** The image as built, and what the build came from. */
export interface AttestationFacts {
  readonly service: string;
  readonly version: string;
  readonly revision: string;
  readonly fingerprint: string;
  /** Of the image index. */
  readonly digest: Digest;
  readonly platforms: readonly string[];
  readonly startedOn: Date;
  readonly finishedOn: Date;
}

/** Attaches to an image in the registry what it is made of and how it was built, signed if that is asked for. */
export interface Attester {
  /** Refuses when a signature is asked for and cannot be made. Nothing is written. */
  ready(): Promise<void>;
  /** Adds what is not there yet and returns a message about it; the image itself is never changed. */
  attest(facts: AttestationFacts): Promise<string>;
}

/** Inspects an image before anybody else can have it. */
export interface Gate {
  inspect(layout: ImageLayout): Promise<GateVerdict>;
}

/** What a service's address answered; `body` is its JSON, null when it is none. */
export type ProbeAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'silence'; readonly message: string };

/** Asks a service who it is. Never throws: silence is an answer too. */
export interface Prober {
  probe(url: string): Promise<ProbeAnswer>;
}

/** The checkout's commit. */
export interface Source {
  readonly revision: string;
  /** Null on a detached head. */
  readonly branch: string | null;
  readonly dirty: boolean;
}

/** A commit, as people read it. */
export interface Commit {
  readonly revision: string;
  /** The first line of its message. */
  readonly subject: string;
}

/** Everything about this checkout that a decision needs. */
export interface SourceReader {
  source(): Promise<Source>;
  /** What `to` has and `from` has not, newest first; null when this checkout does not know one of them. */
  commits(from: string, to: string): Promise<readonly Commit[] | null>;
  /** Null when this checkout does not know it. */
  commit(revision: string): Promise<Commit | null>;
  /** Of the service as it lies in the working tree. */
  fingerprint(): Promise<string>;
  /** The reference of what its image is built on. */
  base(): Promise<string>;
  /** Whether `newer` is `older` or was made on top of it; null when this checkout does not know one of them. */
  isAncestor(older: string, newer: string): Promise<boolean | null>;
  /** The commit that the branch has on the remote now; null without remote or branch. */
  tip(branch: string): Promise<string | null>;
  /** The commit that the remote's Git tag names; null when there is none. */
  tagged(tag: string): Promise<string | null>;
}

/** Who is at work: for others who want to be, and for people. Nobody's name and no host's. */
export interface Run {
  /** 12 hexadecimal digits, made up anew by each run. */
  readonly id: string;
  /** The CI run's address; null on somebody's machine. */
  readonly address: string | null;
  /** How long others believe a lock of which they see no renewal; milliseconds. */
  readonly lockLifeMs: number;
  /** Calls `end` when the process is asked to end; returns how to take that back. */
  onInterrupt(end: () => Promise<void>): () => void;
}

/** What reading an environment needs. */
export interface EnvironmentPorts {
  readonly registry: Registry;
  readonly target: Target;
  readonly prober: Prober;
}

/** What rolling an image out needs. */
export interface RollOutPorts extends EnvironmentPorts {
  readonly clock: Clock;
}

/** What changing an environment needs. */
export interface ChangePorts extends RollOutPorts {
  readonly run: Run;
  readonly source: SourceReader;
  readonly trust: Trust;
}

/** What shipping this checkout needs. */
export interface Ports extends ChangePorts {
  readonly builder: Builder;
  readonly gate: Gate;
  readonly attester: Attester;
}
