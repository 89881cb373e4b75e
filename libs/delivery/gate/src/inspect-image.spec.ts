import { Readable } from 'node:stream';
import { Secret } from '@ehr/delivery-core';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import type { GateLayer, GatePolicy } from './gate-model.ts';
import { defaultGatePolicy, inspectImage, renderFindings } from './index.ts';
import { type Compression, goodConfig, imageOf, layerOf, tarOf } from './test/image-of.ts';

const canary = 'c4nary-7f2e91d0';
const knowing: GatePolicy = {
  ...defaultGatePolicy,
  knownSecrets: [{ name: 'DEPLOY_TOKEN', value: new Secret(canary) }],
};
const token = `ghp_${'aB3dE5fG7hJ9kL2mN4pQ6rS8tU1vW0xY0000'}`;
const inspect = async (files: Record<string, Buffer | string>, policy = knowing) =>
  inspectImage(await imageOf([layerOf(await tarOf(files))]), policy);
const rules = (findings: Awaited<ReturnType<typeof inspect>>) => findings.map(({ rule }) => rule);

describe('inspectImage', () => {
  it('has no finding for a good image', async () => {
    expect(await inspect({ 'app/main.js': 'run()', 'app/.env.example': 'PORT=3000' })).toEqual([]);
  });

  it('returns rule, platforms, layer and file', async () => {
    const layer = layerOf(await tarOf({ './app/.env': 'PORT=1' }));
    const [finding, ...others] = await inspectImage(await imageOf([layer]), knowing);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      rule: 'forbidden-file',
      severity: 'refuse',
      where: `linux/amd64, linux/arm64 layer ${layer.digest.slice(7, 19)}: app/.env`,
    });
  });

  it('reads a layer that platforms share once', async () => {
    const layer = layerOf(await tarOf({ 'app/main.js': 'run()' }));
    await inspectImage(await imageOf([layer]), knowing);
    expect(layer.opened).toBe(1);
  });

  it('looks no second time into a layer that was clean, unless a secret is known, and always into one that was not', async () => {
    const clean = new Set<string>();
    const memory = {
      isClean: async (key: string) => clean.has(key),
      rememberClean: async (key: string) => void clean.add(key),
    };
    const [good, bad] = [
      layerOf(await tarOf({ 'app/main.js': 'run()' })),
      layerOf(await tarOf({ 'app/.env': 'A=1' })),
    ];
    for (const policy of [
      { ...defaultGatePolicy, memory },
      { ...defaultGatePolicy, memory },
      { ...knowing, memory },
    ])
      expect(rules(await inspectImage(await imageOf([good, bad]), policy))).toEqual(['forbidden-file']);
    expect([good.opened, bad.opened]).toEqual([2, 3]);
    // The same layer, where its files are another's, is another matter.
    await inspectImage(await imageOf([good], { ...goodConfig, WorkingDir: '/srv' }), {
      ...defaultGatePolicy,
      memory,
    });
    expect(good.opened).toBe(3);
  });

  it.each<Compression>(['tar', 'tar+gzip', 'tar+zstd'])(
    'reads layers of the type %s',
    async (compression) => {
      const layer = layerOf(await tarOf({ 'app/main.js': canary }), compression);
      expect(rules(await inspectImage(await imageOf([layer]), knowing))).toEqual(['known-secret']);
    },
  );

  it('finds a file that a later layer deletes', async () => {
    const layers = [
      layerOf(await tarOf({ 'app/.env': `X=${canary}` })),
      layerOf(await tarOf({ 'app/.wh..env': '' })),
    ];
    expect(rules(await inspectImage(await imageOf(layers), knowing))).toEqual([
      'forbidden-file',
      'known-secret',
    ]);
  });

  it('searches layers of the base for known secrets alone', async () => {
    const judged = async (baseFiles: Record<string, string>) =>
      rules(await inspectImage(await imageOf([layerOf(await tarOf({}))], goodConfig, baseFiles), knowing));
    expect(await judged({ 'usr/test/.env': 'X=1', 'usr/test/token': token })).toEqual([]);
    // One for each platform: they are different layers.
    expect(await judged({ 'root/.cache': canary })).toEqual(['known-secret', 'known-secret']);
  });

  it('judges the working directory as ours in any layer', async () => {
    const config = { ...goodConfig, WorkingDir: '/app' };
    const files = { 'app/.env': 'X=1', 'usr/.env': 'X=1' };
    const image = await imageOf([layerOf(await tarOf({}))], config, files);
    const findings = await inspectImage(image, defaultGatePolicy);
    expect(findings.map(({ where }) => where.replace(/ layer \w+/, ''))).toEqual([
      'linux/amd64: app/.env',
      'linux/arm64: app/.env',
    ]);
  });

  it('refuses a moving name among the annotations', async () => {
    const annotations = { 'org.opencontainers.image.version': 'latest' };
    const findings = await inspectImage({ ...(await imageOf([])), annotations }, knowing);
    expect(findings).toMatchObject([
      { rule: 'mutable-name', where: 'annotations org.opencontainers.image.version' },
    ]);
  });

  it('judges all layers as ours when platforms share none', async () => {
    const { manifests } = await imageOf([], goodConfig, { 'app/.env': '' });
    expect(rules(await inspectImage({ manifests }, knowing))).toEqual(['forbidden-file', 'forbidden-file']);
  });

  it.each([
    ['a variable', { Env: [`X=a${canary}b`] }],
    ['a label', { Labels: { ...goodConfig.Labels, note: canary } }],
    ['a command', { Cmd: ['sh', '-c', `curl -H "X: ${Buffer.from(canary).toString('base64')}"`] }],
    ['the name of a label', { Labels: { ...goodConfig.Labels, [canary]: 'x' } }],
  ])('finds a known secret in %s', async (_what, config) => {
    const findings = await inspectImage(await imageOf([], { ...goodConfig, ...config }), knowing);
    expect(rules(findings)).toEqual(['known-secret']);
    expect(JSON.stringify(findings)).not.toContain(canary);
  });

  it('finds keys and known secrets in the names of files, and does not repeat them', async () => {
    const findings = await inspect({ [`app/${canary}.txt`]: '', [`app/${token}`]: '' });
    expect(rules(findings)).toEqual(['known-secret', 'key-format']);
    expect(JSON.stringify(findings) + renderFindings(findings)).not.toMatch(
      new RegExp(`${canary}|${token.slice(5)}`),
    );
  });

  it('does not let the name of a file forge lines of the log', async () => {
    const [finding] = await inspect({ 'app/\u001b[2K\n::add-mask::/.env': '' });
    expect(finding?.where).toContain('app/?[2K?::add-mask::/.env');
  });

  /** One file in the middle of a layer, with `planted` at this offset of it. */
  const inspectPlanted = async (
    planted: string,
    {
      before,
      after,
      chunkSize,
      compression,
    }: Record<'before' | 'after' | 'chunkSize', number> & {
      compression: Compression;
    },
  ) => {
    const content = Buffer.concat([Buffer.alloc(before), Buffer.from(planted), Buffer.alloc(after)]);
    const tar = await tarOf({ 'app/one': 'x', 'app/data.bin': content, 'app/two': 'y' });
    const findings = await inspectImage(await imageOf([layerOf(tar, compression, chunkSize)]), knowing);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.where).toMatch(/: app\/data\.bin$/);
    expect(JSON.stringify(findings)).not.toContain(planted);
  };
  const forms = [canary, token, Buffer.from(`user:${canary}`).toString('base64')];

  it('finds a canary at any offset of a file, however the stream is cut, and never repeats it', async () => {
    const property = fc.asyncProperty(
      fc.constantFrom(...forms),
      fc.record({
        before: fc.nat(600_000),
        after: fc.nat(300_000),
        chunkSize: fc.constantFrom(1_000, 16_384, 65_536, 262_144, 1_000_003),
        compression: fc.constantFrom<Compression>('tar', 'tar+gzip', 'tar+zstd'),
      }),
      inspectPlanted,
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it.each<[Compression, number]>([
    ['tar', 65_536],
    ['tar', 1_000],
    ['tar+gzip', 65_536],
  ])(
    'finds a canary at every place across the border of two windows (%s, %i)',
    async (compression, chunkSize) => {
      // The file begins behind two headers and one block; a window ends with the chunk that makes it 256 KiB.
      const begin = 3 * 512;
      const unit = compression === 'tar' ? chunkSize : 262_144;
      const border = Math.ceil((262_144 + begin) / unit) * unit - begin;
      for (const planted of forms) {
        for (let inside = 0; inside <= planted.length; inside++) {
          await inspectPlanted(planted, { before: border - inside, after: 20_000, chunkSize, compression });
        }
      }
    },
  );

  it('fails on a layer that it cannot read to its end', async () => {
    const tar = await tarOf({ 'app/main.js': 'x'.repeat(5_000) });
    const broken: readonly GateLayer[] = [
      layerOf(tar.subarray(0, 3_000)),
      layerOf(Buffer.alloc(2_048, 'no archive')),
      { ...layerOf(tar), mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' },
      { ...layerOf(tar), mediaType: 'application/vnd.oci.image.layer.v1.tar+encrypted' },
      { ...layerOf(tar, 'tar+gzip'), mediaType: 'application/vnd.oci.image.layer.v1.tar' },
      {
        ...layerOf(tar),
        open: () =>
          new Readable({
            read() {
              this.destroy(new Error('gone'));
            },
          }),
      },
    ];
    for (const layer of broken) {
      await expect(inspectImage(await imageOf([layer]), knowing)).rejects.toMatchObject({
        code: 'LAYOUT_INVALID',
      });
    }
  });

  it('holds a small part of a large layer in memory', async () => {
    const size = 150_000_000;
    const block = Buffer.alloc(1_000_000, 'minified vendor code; ');
    const open = () => {
      const archive = pack();
      const entry = archive.entry({ name: 'app/large.bin', size });
      const body = Readable.from(
        (function* () {
          for (let sent = 0; sent < size; sent += block.length) yield block;
        })(),
      );
      body.pipe(entry);
      entry.on('finish', () => archive.finalize());
      return Readable.from(archive);
    };
    const layer: GateLayer = { ...layerOf(Buffer.alloc(0)), open };
    const before = process.memoryUsage.rss();
    let highest = 0;
    const watch = setInterval(() => (highest = Math.max(highest, process.memoryUsage.rss())), 5);
    expect(await inspectImage(await imageOf([layer]), knowing)).toEqual([]);
    clearInterval(watch);
    expect(highest - before).toBeLessThan(100_000_000);
  });
});
