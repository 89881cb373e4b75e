import type { Readable } from 'node:stream';
import {
  type Digest,
  FINGERPRINT_LABEL,
  type ImageConfig,
  type Platform,
  type Secret,
} from '@ehr/delivery-core';

/** An image as the gate reads it, wherever its blobs are: one manifest for each platform. */
export interface GateImage {
  readonly manifests: readonly GateManifest[];
  /** Of the image index. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The image for one platform. */
export interface GateManifest {
  /** As the image index has it; the config must have the same. */
  readonly platform: Platform;
  readonly config: GateConfig;
  /** Lowest first, as in the manifest. */
  readonly layers: readonly GateLayer[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A layer and how to read it. */
export interface GateLayer {
  readonly digest: Digest;
  /** tar, tar+gzip or tar+zstd, of OCI or Docker. */
  readonly mediaType: string;
  /** Bytes as stored and sent. */
  readonly size: number;
  /** The blob as it is stored; the gate decompresses it. Called at most once for each digest. */
  readonly open: () => Readable;
}

/** OCI image spec, config.md, with Docker's health check. Every string in it is searched; rules judge these fields. */
export interface GateConfig extends Omit<ImageConfig, 'config'> {
  readonly config?:
    | (NonNullable<ImageConfig['config']> & {
        readonly WorkingDir?: string;
        readonly Entrypoint?: readonly string[];
        readonly Cmd?: readonly string[];
        readonly Healthcheck?: { readonly Test?: readonly string[] };
      })
    | undefined;
  readonly history?: readonly { readonly created_by?: string }[];
}

/** A value that must not be in an image. */
export interface KnownSecret {
  /** The variable or setting it comes from: `DOCKERHUB_TOKEN`. */
  readonly name: string;
  readonly value: Secret;
}

/** What an image must be to pass. */
export interface GatePolicy {
  /** Values that must be nowhere in the image, such as the credentials of this run. */
  readonly knownSecrets: readonly KnownSecret[];
  /** `linux/amd64`, …: these and no others. */
  readonly platforms: readonly string[];
  readonly requiredLabels: readonly string[];
  readonly budget: SizeBudget;
  /** Findings that somebody takes for harmless. */
  readonly accepted?: readonly Acceptance[];
  /** Layers in which nothing was found before; asked only where no secret is known, for those differ each time. */
  readonly memory?: LayerMemory;
}

/** Which layers are clean, by a key of digest and of which of its files are ours. Holds nothing of their content. */
export interface LayerMemory {
  isClean(key: string): Promise<boolean>;
  rememberClean(key: string): Promise<void>;
}

/** In bytes as stored and sent, for one platform. */
export interface SizeBudget {
  readonly applicationBytes: number;
  readonly imageBytes: number;
}

/** The policy for our services without known secrets; the budgets are about three times what the larger one needs. */
export const defaultGatePolicy: GatePolicy = {
  knownSecrets: [],
  platforms: ['linux/amd64', 'linux/arm64'],
  requiredLabels: [
    'org.opencontainers.image.title',
    'org.opencontainers.image.description',
    'org.opencontainers.image.licenses',
    'org.opencontainers.image.vendor',
    FINGERPRINT_LABEL,
  ],
  budget: { applicationBytes: 20_000_000, imageBytes: 180_000_000 },
};

/** The rules of the gate; the code in `rules/` and `secrets/` has what each refuses. */
export const gateRules = [
  'known-secret',
  'key-format',
  'named-secret',
  'credential-variable',
  'credential-url',
  'credential-argument',
  'forbidden-file',
  'test-file',
  'source-map',
  'unread-archive',
  'platforms',
  'root-user',
  'health-check',
  'label',
  'mutable-name',
  'size-budget',
  'unused-acceptance',
] as const;
/** One of the rules. */
export type GateRule = (typeof gateRules)[number];

/** One thing in an image that breaks a rule. Never holds a secret: see `maskSecret`. */
export interface GateFinding {
  readonly rule: GateRule;
  readonly severity: 'refuse' | 'warn' | 'accepted';
  /** `linux/amd64 layer 4f4fb700ef54: app/.env`, `linux/amd64, linux/arm64 config.Env[3] NPM_TOKEN`. */
  readonly where: string;
  /** For people: what is wrong and what to do. */
  readonly message: string;
}

/** A finding before it is known on which platforms it holds. */
export interface Finding extends Omit<GateFinding, 'where'> {
  /** `layer 4f4fb700ef54: app/.env`; empty for the image as a whole. */
  readonly place: string;
}

/** A finding for which the image is refused. */
export function refusal(rule: GateRule, place: string, message: string): Finding {
  return { rule, severity: 'refuse', place, message };
}

/** A finding that somebody looked at and takes for harmless. */
export interface Acceptance {
  readonly rule: string;
  /** The file in the image, `app/main.js`, or the place in its config without numbers, `config.Env CACHE_KEY`. */
  readonly file: string;
  /** Why it is harmless, for whoever reviews it. */
  readonly reason: string;
}
