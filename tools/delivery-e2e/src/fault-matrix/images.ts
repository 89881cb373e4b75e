import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Digest } from '@ehr/delivery-core';
import { writeImageLayout } from '@ehr/testing-fakes';

/** A small image that says who it is, as an OCI layout. */
export interface TestImage {
  readonly layout: string;
  readonly digest: Digest;
  readonly fingerprint: string;
  readonly revision: string;
}

/** The image that runs, and the one to be deployed. */
export interface TestImages {
  /** What runs at the beginning. */
  readonly old: TestImage;
  /** What is deployed. */
  readonly new: TestImage;
  /** Digest → fingerprint. */
  readonly fingerprints: ReadonlyMap<string, string>;
  remove(): Promise<void>;
}

/** Images in the order of their making. */
export interface MadeImages {
  readonly all: readonly TestImage[];
  /** Digest → fingerprint. */
  readonly fingerprints: ReadonlyMap<string, string>;
  remove(): Promise<void>;
}

/** What runs, and what is to be deployed. */
export async function makeTwoImages(): Promise<TestImages> {
  const { all, ...made } = await makeImages(['old', 'new']);
  const [before, after] = all;
  if (before === undefined || after === undefined) throw new Error('Two images were asked for.');
  return { ...made, old: before, new: after };
}

/** Tiny images of one platform, at most nine; each is of a later commit than the one before. */
export async function makeImages(names: readonly string[]): Promise<MadeImages> {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-fault-matrix-'));
  const make = async (name: string, digit: string): Promise<TestImage> => {
    const layout = join(directory, name);
    const fingerprint = digit.repeat(64);
    const layers = [Buffer.from(`${name} layer `.repeat(50))];
    const digest = await writeImageLayout(layout, { fingerprint, platforms: { 'linux/amd64': layers } });
    return { layout, digest, fingerprint, revision: digit.repeat(40) };
  };
  const all: TestImage[] = [];
  for (const [index, name] of names.entries()) all.push(await make(name, String(index + 1)));
  return {
    all,
    fingerprints: new Map(all.map(({ digest, fingerprint }) => [digest, fingerprint])),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
