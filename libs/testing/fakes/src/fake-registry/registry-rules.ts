/** What registries do differently, each by its own documents or as somebody reported it. */
export interface RegistryRules {
  /** As people call it. */
  readonly name: string;
  /** Where it is documented or was reported. */
  readonly sources: readonly string[];
  /** By a token of the service that a 401 names, by name and password at once, or not at all. */
  readonly signIn: 'token' | 'basic' | 'none';
  /** Whether a push makes the repository; otherwise an upload to one that is not there is answered 404. */
  readonly createsRepositories: boolean;
  /** Whether a blob is taken over from another repository; otherwise the request begins an upload (202). */
  readonly mounts: boolean;
  /** Uploads in chunks by PATCH. */
  readonly chunks: {
    /** Bytes; a larger chunk is answered 416. */
    readonly largest?: number;
    /** Bytes, told by `OCI-Chunk-Min-Length`; a smaller one that is not the last is answered 416. */
    readonly smallest?: number;
    readonly status: 201 | 202;
    /** `first`: every later one is accepted and thrown away. */
    readonly kept: 'all' | 'first';
  };
  /** Whether the requests of an upload are sent on to another address (307), as to a storage host. */
  readonly redirectsUploads: boolean;
  /** What the PUT that ends an upload in chunks may carry; another is answered with this status. */
  readonly lastPut: {
    readonly carries: 'anything' | 'nothing' | 'the last chunk';
    readonly otherwise: number;
  };
  readonly tags: {
    /** Most of a page. */
    readonly page: number;
    /** Whether a listing may begin behind a tag; otherwise `last` means something only in the `Link` of a page. */
    readonly last: boolean;
    readonly inOrder: boolean;
  };
  /** Of DELETE by tag. */
  readonly deletion: 202 | 405;
  readonly referrersApi: boolean;
  /** Whether answers name the digest (`Docker-Content-Digest`, which the specification only recommends). */
  readonly namesDigest: boolean;
  /** Whether the token service reads several scopes out of one parameter. */
  readonly splitsScopes: boolean;
}

/** Distribution 3, which most others are made of. */
const distribution: RegistryRules = {
  name: 'Distribution 3',
  sources: ['https://distribution.github.io/distribution/spec/api/'],
  signIn: 'token',
  createsRepositories: true,
  mounts: true,
  chunks: { status: 202, kept: 'all' },
  redirectsUploads: false,
  lastPut: { carries: 'anything', otherwise: 400 },
  tags: { page: 100, last: true, inOrder: true },
  deletion: 202,
  referrersApi: false,
  namesDigest: true,
  splitsScopes: true,
};

/** Registries whose rules are told apart. */
export const registryRules = {
  dockerHub: {
    ...distribution,
    name: 'Docker Hub',
    sources: [
      'https://docs.docker.com/registry/',
      'https://github.com/docker/hub-feedback/issues/2360 (no deletion)',
      'https://github.com/docker/roadmap/issues/724 (no referrers API)',
    ],
    deletion: 405,
  },
  ghcr: {
    ...distribution,
    name: 'GHCR',
    sources: [
      'https://github.com/wasmCloud/wash-archive/issues/268 (chunks of 4 MiB at most)',
      'https://github.com/podman-container-tools/skopeo/issues/1880 (no deletion)',
      'https://github.com/docker/compose/issues/13428 (no referrers API)',
    ],
    chunks: { largest: 4 * 1024 * 1024, status: 202, kept: 'all' },
    deletion: 405,
  },
  ecr: {
    ...distribution,
    name: 'ECR',
    sources: [
      'https://github.com/aws/containers-roadmap/issues/2831 (201 to chunks; only the first is kept)',
      'https://github.com/openai/tart/pull/159 (500 to an empty PUT)',
      'https://github.com/deitch/docker_registry2/issues/34 (tags in any order, `last` is opaque)',
    ],
    signIn: 'basic',
    createsRepositories: false,
    mounts: false,
    chunks: { status: 201, kept: 'first' },
    lastPut: { carries: 'the last chunk', otherwise: 500 },
    tags: { page: 100, last: false, inOrder: false },
    deletion: 405,
  },
  harbor: {
    ...distribution,
    name: 'Harbor',
    sources: [
      'https://goharbor.io/docs/latest/working-with-projects/working-with-images/create-tag-immutability-rules/',
      'https://github.com/goharbor/harbor/issues/2663 (before 2.0 a deletion took all tags of the digest)',
    ],
    referrersApi: true,
  },
  quay: {
    ...distribution,
    name: 'Quay',
    sources: [
      'https://github.com/deitch/docker_registry2/issues/106 (pages by Link)',
      'https://github.com/regclient/regclient/issues/272 (`last` of one’s own is not heeded)',
      'https://github.com/sigstore/docs/issues/372 (OCI 1.1)',
    ],
    tags: { page: 50, last: false, inOrder: false },
    referrersApi: true,
  },
  zot: {
    ...distribution,
    name: 'zot',
    sources: [
      'https://github.com/project-zot/zot/blob/main/pkg/api/routes.go (UpdateBlobUpload: a PUT with content begins at 0)',
      'https://zotregistry.dev/v2.0.1/general/features/ (conforms to the specification)',
    ],
    signIn: 'basic',
    lastPut: { carries: 'nothing', otherwise: 400 },
    referrersApi: true,
  },
} as const satisfies Record<string, RegistryRules>;
