/** What the services' Dockerfiles build on, should they not say. */
export const DEFAULT_BASE_IMAGE = 'node:24.21.0-bookworm-slim';

/** The default of `ARG BASE_IMAGE=` in a Dockerfile. */
export function baseImageReference(dockerfile: string): string {
  return /^ARG\s+BASE_IMAGE=["']?([^\s"']+)/m.exec(dockerfile)?.[1] ?? DEFAULT_BASE_IMAGE;
}

/** The Node version an official `node:<version>-…` tag names, or undefined for any other image. */
export function nodeVersion(reference: string): string | undefined {
  return /^(?:docker\.io\/)?(?:library\/)?node:(\d+\.\d+\.\d+)(?:-[\w.-]+)?$/.exec(reference)?.[1];
}
