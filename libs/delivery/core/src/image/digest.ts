/** `sha256:` and 64 lower-case hexadecimal digits (OCI image spec, descriptor.md § Digests). */
export type Digest = `sha256:${string}`;

/** Whether a value is a SHA-256 digest in canonical form. */
export function isDigest(value: unknown): value is Digest {
  return typeof value === 'string' && /^sha256:[a-f0-9]{64}$/.test(value);
}

/** For people: the first 12 digits, as `docker images --digests` readers know them. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}
