import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { levelLayer } from './level-layer.ts';

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'ehr-level-'))));
afterEach(() => rm(directory, { recursive: true }));

const sha256 = (content: Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`;
/** A layer as a builder writes it at that time. */
async function layerAt(time: string, content = 'run()') {
  const archive = pack();
  const at = {
    mtime: new Date(time),
    pax: { mtime: `${Date.parse(time) / 1000}.5`, 'SCHILY.xattr.user.a': 'b' },
  };
  archive.entry({ name: 'app/', type: 'directory', mode: 0o755, ...at });
  archive.entry({ name: 'app/main.js', mode: 0o644, uid: 1000, gid: 1000, ...at }, content);
  archive.entry({ name: 'app/link', type: 'symlink', linkname: 'main.js', ...at });
  archive.finalize();
  const path = join(directory, `${time}.tar`);
  await writeFile(path, await buffer(archive));
  return levelLayer(path, join(directory, 'kept'));
}

describe('levelLayer', () => {
  it('makes the same layer of the same files, whenever they were built, and compresses it once', async () => {
    const [one, two] = [await layerAt('2026-01-01T00:00:00Z'), await layerAt('2026-06-01T12:00:00Z')];
    expect(two).toEqual(one);
    expect(await readdir(join(directory, 'kept'))).toHaveLength(1);
    expect((await layerAt('2026-01-01T00:00:00Z', 'run(2)')).diffId).not.toBe(one.diffId);
  });

  it('is described by what it is, and keeps everything but times', async () => {
    const { descriptor, diffId, path } = await layerAt('2026-01-01T00:00:00Z');
    const blob = await readFile(path);
    expect(descriptor).toMatchObject({ digest: sha256(blob), size: blob.length });
    const content = gunzipSync(blob);
    expect(diffId).toBe(sha256(content));
    const text = content.toString('latin1');
    for (const part of ['app/main.js', 'run()', 'main.js', 'SCHILY.xattr.user.a=b'])
      expect(text).toContain(part);
    expect(text).not.toMatch(/ mtime=/);
  });
});
