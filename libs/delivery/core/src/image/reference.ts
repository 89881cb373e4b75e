import { type Digest, isDigest } from './digest.ts';

/** Docker Hub's name in references; its API answers on another host. */
export const DOCKER_HUB = 'docker.io';

/** Under this name `docker login` keeps Docker Hub's sign-in, and under it every helper is asked. */
export const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';

/** An image reference, every part written out: `registry/repository[:tag][@digest]`. */
export interface Reference {
  /** Host with optional port: `docker.io`, `127.0.0.1:5050`. */
  readonly registry: string;
  /** Path in the registry: `ehr-connect/ehr-api`. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

/** A reference that names one image for ever. */
export interface PinnedReference extends Reference {
  readonly digest: Digest;
}

/** Whether the reference names one image for ever, and not what its tag happens to name. */
export function isPinned(reference: Reference | null): reference is PinnedReference {
  return reference?.digest !== undefined;
}

/** OCI distribution spec § Pulling manifests: `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`. */
export function isTag(text: string): boolean {
  return /^\w[\w.-]{0,127}$/.test(text);
}

/** Whether a host, with or without a port, is 127.0.0.0/8, ::1 or localhost: those that an engine, too, reaches without TLS. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})(?::\d+)?$/.test(host);
}

const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;

/**
 * Reads a reference as the Docker CLI does (`node` is `docker.io/library/node`).
 * `undefined` when the text is not one.
 */
export function parseReference(text: string): Reference | undefined {
  const [beforeDigest = '', digest, ...rest] = text.split('@');
  if (rest.length > 0 || (digest !== undefined && !isDigest(digest))) return undefined;
  const lastSlash = beforeDigest.lastIndexOf('/');
  const colon = beforeDigest.indexOf(':', lastSlash + 1);
  const tag = colon < 0 ? undefined : beforeDigest.slice(colon + 1);
  if (tag !== undefined && !isTag(tag)) return undefined;
  const name = splitName(colon < 0 ? beforeDigest : beforeDigest.slice(0, colon));
  if (!name.repository.split('/').every((part) => PATH_COMPONENT.test(part))) return undefined;
  return { ...name, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** The full text, Docker Hub's name included; Docker reads it as it reads the short form. */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** The part of a reference that a compose file leaves open: `prod@sha256:…`. */
export function tagAndDigest({ tag = 'latest', digest }: PinnedReference): string {
  return `${tag}@${digest}`;
}

function splitName(name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  // A first component is a host when it has a dot, a port, or is localhost (distribution/reference).
  if (/[.:]/.test(first) || first === 'localhost') {
    return { registry: first, repository: name.slice(slash + 1) };
  }
  return { registry: DOCKER_HUB, repository: slash < 0 ? `library/${name}` : name };
}
