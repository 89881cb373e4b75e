import { describe, expect, it } from 'vitest';
import { distributionSources, parseDebianRelease, renderSources } from './debian.ts';

const bookworm = { distribution: 'debian', codename: 'bookworm' } as const;
const targets = [
  'Packages|http://mirror.test/debian/|bookworm|main',
  'Packages|http://mirror.test/debian/|bookworm|contrib',
  'Packages|http://mirror.test/debian/|bookworm|main',
  'Translations|http://mirror.test/debian/|bookworm|main',
  'Packages|http://mirror.test/debian-security/|bookworm-security|main',
  'Packages|https://elsewhere.test/linux/debian/|bookworm|stable',
  'Packages|https://elsewhere.test/apt/|cloud-sdk-bookworm|main',
].join('\n');

describe('distributionSources', () => {
  it('keeps the distribution and leaves third parties out', () => {
    expect(distributionSources(targets, bookworm)).toEqual([
      { uri: 'http://mirror.test/debian/', suite: 'bookworm', components: ['main'] },
      { uri: 'http://mirror.test/debian-security/', suite: 'bookworm-security', components: ['main'] },
    ]);
  });

  it('adds a later release on the same mirror', () => {
    expect(distributionSources(targets, bookworm, 'trixie').at(-1)).toEqual({
      uri: 'http://mirror.test/debian/',
      suite: 'trixie',
      components: ['main'],
    });
  });
});

describe('renderSources', () => {
  it('writes one stanza per source', () => {
    const source = { uri: 'http://mirror.test/debian/', suite: 'trixie', components: ['main'] };
    expect(renderSources([source], '/keys.gpg')).toBe(
      'Types: deb\nURIs: http://mirror.test/debian/\nSuites: trixie\nComponents: main\nSigned-By: /keys.gpg\n',
    );
    expect(renderSources([source], undefined)).not.toContain('Signed-By');
  });
});

describe('parseDebianRelease', () => {
  it.each([
    ['ID=debian\nVERSION_CODENAME=bookworm\n', { distribution: 'debian', codename: 'bookworm' }],
    ['NAME="Ubuntu"\nID=ubuntu\nVERSION_CODENAME="noble"\n', { distribution: 'ubuntu', codename: 'noble' }],
    ['ID=linuxmint\nID_LIKE=ubuntu\nVERSION_CODENAME=wilma\n', undefined],
    ['ID=fedora\nVERSION_ID=41\n', undefined],
    ['', undefined],
  ])('reads %j', (text, expected) => {
    expect(parseDebianRelease(text)).toEqual(expected);
  });
});
