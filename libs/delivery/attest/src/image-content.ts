export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** As in the lock file: `sha512-…`; empty when it holds none. */
  readonly integrity: string;
  /** As the package says; null when it does not. */
  readonly license: string | null;
  /** Whether it is installed on some machines only and nothing fails without it: programs for other platforms. */
  readonly optional: boolean;
}

/** What an image is made of. */
export interface ImageContent {
  readonly packages: readonly NpmPackage[];
  /** This workspace's libraries. */
  readonly libraries: readonly string[];
  /** A reference; with digest when somebody gave one. */
  readonly baseImage: string;
}
