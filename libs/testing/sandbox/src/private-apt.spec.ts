import { describe, expect, it } from 'vitest';
import { distributionSources, renderSources } from './private-apt.ts';

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
