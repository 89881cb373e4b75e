import { describe, expect, it } from 'vitest';
import { chooseEngine, type EngineFacts } from './choose-engine.ts';

const bare: EngineFacts = {
  platform: 'linux',
  engine: { version: undefined, message: 'Cannot connect to the Docker daemon' },
  buildx: false,
  compose: false,
  dockerd: false,
  root: true,
  systemd: false,
  remote: false,
  release: { distribution: 'debian', codename: 'bookworm' },
};
const plugins = { buildx: true, compose: true };
const answering = { engine: { version: '28.0.1', message: '' } };

describe('chooseEngine', () => {
  it('uses an engine that answers, also without root and on a Mac', () => {
    expect(chooseEngine({ ...bare, ...plugins, ...answering, root: false, platform: 'darwin' })).toEqual({
      kind: 'use',
      version: '28.0.1',
    });
  });

  it.each([
    ['process', false],
    ['systemd', true],
  ] as const)('starts an installed one through %s', (by, systemd) => {
    expect(chooseEngine({ ...bare, ...plugins, dockerd: true, systemd })).toEqual({ kind: 'start', by });
  });

  it('takes Debian 13’s packages on Debian 12', () => {
    expect(chooseEngine(bare)).toMatchObject({ kind: 'install', packages: { later: { suite: 'trixie' } } });
  });

  it('leaves iptables with Debian 12, whose libc is too old for the later one', () => {
    const choice = chooseEngine(bare);
    const packages = choice.kind === 'install' ? choice.packages : undefined;
    expect(packages?.names).toContain('iptables');
    expect(packages?.later?.preferred).not.toContain('iptables');
  });

  it.each([
    ['debian', 'trixie', 'docker-compose'],
    ['ubuntu', 'noble', 'docker-compose-v2'],
  ] as const)('takes the own packages of %s %s', (distribution, codename, compose) => {
    const choice = chooseEngine({ ...bare, release: { distribution, codename } });
    expect(choice).toMatchObject({ kind: 'install', packages: { later: undefined } });
    expect(choice.kind === 'install' && choice.packages.names).toContain(compose);
  });

  it('replaces an installed engine that lacks the plugins', () => {
    expect(chooseEngine({ ...bare, dockerd: true }).kind).toBe('install');
  });

  it.each<[string, Partial<EngineFacts>, RegExp]>([
    ['a Mac', { platform: 'darwin', release: undefined }, /Docker Desktop/],
    [
      'an engine that is not started, without root',
      { dockerd: true, ...plugins, root: false },
      /systemctl start/,
    ],
    ['Debian without root', { root: false }, /as root/],
    ['another Linux', { release: undefined }, /Docker Engine 24/],
    [
      'a Debian that is too old',
      { release: { distribution: 'debian', codename: 'buster' } },
      /Docker Engine 24/,
    ],
    ['an engine chosen elsewhere', { remote: true }, /DOCKER_HOST/],
    ['an engine without plugins', { ...answering, compose: true }, /docker-buildx/],
  ])('explains on %s', (_where, facts, hint) => {
    const choice = chooseEngine({ ...bare, ...facts });
    expect(choice.kind === 'explain' && choice.hint).toMatch(hint);
  });

  it('repeats the client’s own message', () => {
    const choice = chooseEngine({ ...bare, platform: 'darwin' });
    expect(choice.kind === 'explain' && choice.message).toContain('Cannot connect to the Docker daemon');
  });
});
