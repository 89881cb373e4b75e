import { describe, expect, it } from 'vitest';
import { parseDebianRelease } from './debian-release.ts';

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
