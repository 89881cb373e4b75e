import { writeImageLayout } from '@ehr/testing-fakes';
import type { Digest } from '@ehr/delivery-core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

/** Two tiny images of one platform. */
export async function makeImages(): Promise<TestImages> {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-fault-matrix-'));
  const make = async (name: string, digit: string): Promise<TestImage> => {
    const layout = join(directory, name);
    const fingerprint = digit.repeat(64);
    const layers = [Buffer.from(`${name} layer `.repeat(50))];
    const digest = await writeImageLayout(layout, { fingerprint, platforms: { 'linux/amd64': layers } });
    return { layout, digest, fingerprint, revision: digit.repeat(40) };
  };
  const [before, after] = [await make('old', '1'), await make('new', '2')];
  return {
    old: before,
    new: after,
    fingerprints: new Map([before, after].map(({ digest, fingerprint }) => [digest, fingerprint])),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
