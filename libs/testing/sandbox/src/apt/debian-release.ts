/** What /etc/os-release says of a system whose packages come from apt. */
export interface DebianRelease {
  readonly distribution: 'debian' | 'ubuntu';
  /** `bookworm`, `trixie`, `noble` … */
  readonly codename: string;
}

/** Undefined for every system that is neither Debian nor Ubuntu (derivatives have other mirrors and names). */
export function parseDebianRelease(osRelease: string): DebianRelease | undefined {
  const id = field(osRelease, 'ID');
  const codename = field(osRelease, 'VERSION_CODENAME');
  return (id === 'debian' || id === 'ubuntu') && codename ? { distribution: id, codename } : undefined;
}

function field(osRelease: string, name: string): string | undefined {
  return new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1];
}
