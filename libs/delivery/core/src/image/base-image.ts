import type { Environment } from '../environments.ts';
import type { ImageConfig } from './manifest.ts';
import { DOCKER_HUB, isLoopback, parseReference, type Reference } from './reference.ts';

/** The label of a stand-in for a base image, and so of every image on it; its value is what it stands in for. */
export const STAND_IN_LABEL = 'org.ehr-connect.stand-in-for';

/** There is no such host (RFC 2606), so that nobody else can offer one: a builder finds it in its engine or nowhere. */
export const STAND_IN_REGISTRY = 'stand-in.invalid';

/** What the images of a Dockerfile are built on where nobody says otherwise: its stage `base`. */
export function baseImageIn(dockerfile: string): string | undefined {
  return BASE_STAGE.exec(dockerfile)?.[2];
}

/** The Dockerfile with another image in its stage `base`. */
export function withBaseImage(dockerfile: string, base: string): string {
  return dockerfile.replace(
    BASE_STAGE,
    (_line, before: string, _old, after: string) => before + base + after,
  );
}

const BASE_STAGE = /^(FROM\s+)(\S+)(\s+AS\s+base)[ \t]*$/im;

/** The name of the stand-in for a base image, pinned or not; undefined for one that is not Docker Hub's. */
export function standInName(base: string): string | undefined {
  const reference = parseReference(base);
  if (reference?.registry !== DOCKER_HUB) return undefined;
  const { repository, tag = 'latest' } = reference;
  return `${STAND_IN_REGISTRY}/${repository.replace(/^library\//, '')}:${tag}`;
}

/** What a base of that name stands in for; null for one that is what it is called. */
export function standInForName(base: string): string | null {
  const reference = parseReference(base);
  if (reference?.registry !== STAND_IN_REGISTRY) return null;
  return `${reference.repository}:${reference.tag ?? 'latest'}`;
}

/** What the base of an image stands in for, by the labels of its platforms; null for one that is what it is called. */
export function standInForLabel(platforms: readonly ImageConfig[]): string | null {
  const found = platforms.map(({ config }) => config?.Labels?.[STAND_IN_LABEL]).find(Boolean);
  return found ?? null;
}

/** Whether an image on a stand-in may go there: it is of one machine, and stays on it. */
export function takesStandIns(environment: Environment, { registry }: Reference): boolean {
  return environment === 'local' || isLoopback(registry);
}
