import type { DatabaseSchema } from '@ehr/health';
import type { Digest, Explanation, ImageSchema, JournalEntry, Pin } from '../src/index.ts';

/** The state the ports read and write; a test sets it up and looks at it afterwards. */
export interface World {
  service: string;
  fingerprint: string;
  /** What answers says that it is of this environment; null: it is from before that field. */
  environment: string | null;
  revision: string;
  dirty: boolean;
  /** The commits there are, oldest first; each is made on top of those before it. */
  line: string[];
  /** The head of every branch on the remote; null: there is no remote. */
  tip: string | null;
  /** Git tag → commit on the remote; a tag that is not named here is at the checkout's commit. */
  gitTags: Record<string, string | null>;
  /** What the checkout's image is built on. */
  base: string;
  /** What the label of every image says that its base stands in for. */
  standInFor: string | null;
  /** What a build gives. */
  built: Digest;
  tags: Record<string, Digest>;
  /** Tag → text: journal and locks. */
  documents: Record<string, string>;
  running: Pin | null;
  /** What the platform is set up with, where that is not what runs. */
  pinned?: Pin;
  /** The platform follows the environment's tag and is told no digest. */
  followsTag: boolean;
  /** Whether the registry deletes tags. */
  deletes: boolean;
  keepsData: boolean | null;
  /** Image digest → the fingerprint it answers with. */
  identities: Record<Digest, string>;
  /** Image digest → the schemas it says that it runs on. */
  schemas: Record<Digest, ImageSchema>;
  /** What answers says of its database. */
  database: DatabaseSchema | null;
  /** Digests whose containers never become healthy, once rolled out. */
  sick: Digest[];
  /** Digests the gate refuses. */
  leaky: Digest[];
  /** Digests that do not count, and why. */
  untrusted: Record<Digest, string>;
  /** Whether what is written can be signed, where it has to be. */
  canSign: boolean;
  /** Platforms of every image the registry has; none: parts of it are gone. */
  platforms: string[];
  /** Digests whose smoke test fails. */
  unfit: Digest[];
  /** What the journal was told, in the order of writing. */
  records: JournalEntry[];
  /** What the platform says about a previous version that still answers. */
  explanation: Explanation | null;
}
