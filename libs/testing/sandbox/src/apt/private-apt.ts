import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../processes/run.ts';
import { SandboxError } from '../sandbox-error.ts';
import { sandboxDirectory } from '../workspace.ts';
import { distributionSources, INDEX_TARGET_FORMAT, renderSources, withSuite } from './apt-sources.ts';
import type { DebianRelease } from './debian-release.ts';

export interface PrivateApt {
  /** Installs on the machine (as root); what is there already is upgraded only where a package needs it. */
  install(packages: readonly string[]): Promise<void>;
  /** Fetches `.deb` files into a directory without installing them; needs no root. */
  download(packages: readonly string[], directory: string): Promise<void>;
}

export interface PrivateAptOptions {
  /** A later release whose packages are used only where `preferred` names them. */
  readonly laterSuite?: { readonly suite: string; readonly preferred: readonly string[] };
  /** Debian's names; the machine's dpkg learns nothing of them. */
  readonly architectures?: readonly string[];
}

const LISTS_MAX_AGE_MS = 12 * 60 * 60 * 1000;

/**
 * apt with its own sources, preferences, lists and cache below `.sandbox/apt/<name>`: /etc/apt stays
 * as it is, other architectures can be downloaded, and only the distribution's mirrors are asked.
 */
export function privateApt(
  name: string,
  release: DebianRelease,
  options: PrivateAptOptions = {},
): PrivateApt {
  const root = sandboxDirectory('apt', name);
  const base = aptArguments(root, options.architectures);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const update = async (): Promise<void> => {
    if (!(await writeConfiguration(root, release, options)) && isFresh(root)) return;
    await run('apt-get', [...base, '-qq', 'update'], { env, label: 'apt-get update' });
    writeFileSync(join(root, 'updated'), '');
  };
  return {
    async install(packages) {
      await update();
      const args = ['-qq', '-y', '--no-install-recommends', 'install', ...packages];
      await run('apt-get', [...base, '-o', 'DPkg::Lock::Timeout=300', ...args], {
        env,
        label: `apt-get install ${packages.join(' ')}`,
      });
    },
    async download(packages, directory) {
      await update();
      await run('apt-get', [...base, '-qq', 'download', ...packages], {
        env,
        cwd: directory,
        label: `apt-get download ${packages.join(' ')}`,
      });
    },
  };
}

function aptArguments(root: string, architectures: readonly string[] | undefined): string[] {
  const settings = {
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': join(root, 'sources'),
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': join(root, 'preferences'),
    'Dir::State::lists': join(root, 'lists'),
    'Dir::Cache': join(root, 'cache'),
    // The unprivileged user apt downloads as cannot write below a home directory.
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    ...(architectures ? { 'APT::Architectures': architectures.join(',') } : {}),
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
}

/** Returns whether anything differs from last time. */
async function writeConfiguration(
  root: string,
  release: DebianRelease,
  { laterSuite }: PrivateAptOptions,
): Promise<boolean> {
  const targets = await run('apt-get', [
    'indextargets',
    '--no-release-info',
    '--format',
    INDEX_TARGET_FORMAT,
  ]);
  const own = distributionSources(targets, release);
  if (own.length === 0)
    throw new SandboxError(
      `apt has no source for ${release.distribution} ${release.codename}`,
      'Add the distribution’s main source to /etc/apt.',
    );
  const keyring = `/usr/share/keyrings/${release.distribution}-archive-keyring.gpg`;
  const sources = laterSuite ? withSuite(own, release, laterSuite.suite) : own;
  for (const directory of ['sources', 'preferences', 'lists/partial', 'cache/archives/partial'])
    mkdirSync(join(root, directory), { recursive: true });
  const changed = writeIfChanged(
    join(root, 'sources/sandbox.sources'),
    renderSources(sources, existsSync(keyring) ? keyring : undefined),
  );
  return writeIfChanged(join(root, 'preferences/sandbox.pref'), preferences(laterSuite)) || changed;
}

/** Pins: everything of the later release below what is installed, the named packages above it. */
function preferences(later: PrivateAptOptions['laterSuite']): string {
  if (!later) return '';
  const pin = (packages: string, priority: number): string =>
    `Package: ${packages}\nPin: release n=${later.suite}\nPin-Priority: ${priority}\n`;
  return `${pin('*', 100)}\n${pin(later.preferred.join(' '), 990)}`;
}

function writeIfChanged(file: string, text: string): boolean {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return false;
  writeFileSync(file, text);
  return true;
}

function isFresh(root: string): boolean {
  const stamp = join(root, 'updated');
  return existsSync(stamp) && Date.now() - statSync(stamp).mtimeMs < LISTS_MAX_AGE_MS;
}
