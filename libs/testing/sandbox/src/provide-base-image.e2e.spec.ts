import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { chooseBuilder } from './builder.ts';
import { prepareEngine } from './prepare-engine.ts';
import { provideBaseImage } from './provide-base-image.ts';
import { requireOrSkip } from './require-or-skip.ts';

const directory = mkdtempSync(join(tmpdir(), 'ehr-base-image-'));
const silent = (): void => undefined;

interface Manifests {
  readonly manifests: readonly {
    readonly digest: string;
    readonly platform?: { readonly architecture: string };
  }[];
}
const read = (...path: string[]): Manifests =>
  JSON.parse(readFileSync(join(directory, 'layout', ...path), 'utf8')) as Manifests;

describe.skipIf(!requireOrSkip('engine'))('a prepared machine', () => {
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('keeps the engine it has', async () => {
    const { version, started } = await prepareEngine(silent);
    expect(version).toMatch(/^\d+\./);
    expect(started).toBe(false);
  });

  it('builds on the base image for two platforms into an OCI layout', async () => {
    const { reference } = await provideBaseImage(silent);
    writeFileSync(join(directory, 'Dockerfile'), `FROM ${reference}\nCOPY Dockerfile /\n`);
    const output = `type=oci,tar=false,dest=${join(directory, 'layout')}`;
    const args = ['--provenance=false', '--platform=linux/amd64,linux/arm64', '--output', output, directory];
    await execa('docker', ['buildx', 'build', ...args], { env: await chooseBuilder() });
    const index = read('index.json').manifests[0]!.digest.replace('sha256:', '');
    const platforms = read('blobs/sha256', index).manifests.map(({ platform }) => platform?.architecture);
    expect(platforms.sort()).toEqual(['amd64', 'arm64']);
  });
});
