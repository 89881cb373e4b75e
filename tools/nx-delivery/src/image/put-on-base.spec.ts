import type { Descriptor } from '@ehr/delivery-core';
import { describe, expect, it } from 'vitest';
import { putOnBase, type Stacked } from './put-on-base.ts';

const layer = (letter: string): Descriptor => ({
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  digest: `sha256:${letter.repeat(64)}`,
  size: 1,
});
const image = (letter: string, config: object, history: string[] = []): Stacked => ({
  layers: [layer(letter)],
  config: {
    os: 'linux',
    architecture: 'arm64',
    created: letter === 'a' ? '2026-01-01T00:00:00Z' : '1970-01-01T00:00:00Z',
    config,
    rootfs: { type: 'layers', diff_ids: [`sha256:${letter}`] },
    history: history.map((created_by) => ({ created_by })),
  },
});
const base = image(
  'a',
  {
    Env: ['PATH=/usr/bin', 'NODE_VERSION=24'],
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['node'],
    Labels: { one: 'base', two: 'base' },
    OnBuild: ['RUN true'],
  },
  ['base'],
);
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

describe('putOnBase', () => {
  it('has the layers of the base below its own, and both histories', () => {
    const { layers, config } = putOnBase(image('b', {}, ['COPY . /app']), base);
    expect(layers).toEqual([layer('a'), layer('b')]);
    expect(config.rootfs.diff_ids).toEqual(['sha256:a', 'sha256:b']);
    expect(config.history).toEqual([{ created_by: 'base' }, { created_by: 'COPY . /app' }]);
    expect(config).toMatchObject({ architecture: 'arm64', created: '1970-01-01T00:00:00Z' });
  });

  it('keeps the variables of the base, its PATH above all, and puts its own over them', () => {
    const own = image('b', { Env: [PATH, 'NODE_VERSION=25', 'PORT=3000'], User: '1000', WorkingDir: '/app' });
    expect(putOnBase(own, base).config.config).toMatchObject({
      Env: ['PATH=/usr/bin', 'NODE_VERSION=25', 'PORT=3000'],
      User: '1000',
      WorkingDir: '/app',
    });
  });

  it('is for the platform that was asked for, also where the base names a variant', () => {
    const withVariant = { ...base, config: { ...base.config, variant: 'v8' } };
    expect(putOnBase(image('b', {}), withVariant).config).not.toHaveProperty('variant');
  });

  it('joins labels, and takes over no trigger', () => {
    const { config } = putOnBase(image('b', { Labels: { two: 'own' } }), base).config;
    expect(config?.Labels).toEqual({ one: 'base', two: 'own' });
    expect(config).not.toHaveProperty('OnBuild');
  });

  it.each([
    ['neither of its own', {}, [], ['docker-entrypoint.sh'], ['node']],
    ['a command of its own', { Cmd: ['x'] }, ['CMD ["x"]'], ['docker-entrypoint.sh'], ['x']],
    ['an entrypoint of its own', { Entrypoint: ['y'] }, ['ENTRYPOINT ["y"]'], ['y'], undefined],
    ['an empty entrypoint', { Cmd: ['x'] }, ['ENTRYPOINT []', 'CMD ["x"]'], undefined, ['x']],
  ])('with %s starts what Docker would start', (_name, config, history, entrypoint, command) => {
    const { Entrypoint, Cmd } = putOnBase(image('b', config, history), base).config.config ?? {};
    expect([Entrypoint, Cmd]).toEqual([entrypoint, command]);
  });
});
