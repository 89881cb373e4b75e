import type { Digest, ImageConfig, Platform } from '@ehr/delivery-core';
import type { Readable } from 'node:stream';

/** An image as the gate reads it, wherever its blobs are: one manifest for each platform. */
export interface GateImage {
  readonly manifests: readonly GateManifest[];
  /** Of the image index. */
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface GateManifest {
  /** As the image index says; the config must say the same. */
  readonly platform: Platform;
  readonly config: GateConfig;
  /** Lowest first, as in the manifest. */
  readonly layers: readonly GateLayer[];
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface GateLayer {
  readonly digest: Digest;
  /** tar, tar+gzip or tar+zstd, of OCI or Docker. */
  readonly mediaType: string;
  /** Bytes as stored and sent. */
  readonly size: number;
  /** The blob as it is stored; the gate decompresses it. Called at most once for each digest. */
  readonly open: () => Readable;
}

/** OCI image spec, config.md, and the health check Docker adds: every string in it is searched, these are judged. */
export interface GateConfig extends Omit<ImageConfig, 'config'> {
  readonly config?:
    | (NonNullable<ImageConfig['config']> & {
        readonly WorkingDir?: string;
        readonly Healthcheck?: { readonly Test?: readonly string[] };
      })
    | undefined;
  readonly history?: readonly { readonly created_by?: string }[];
}
