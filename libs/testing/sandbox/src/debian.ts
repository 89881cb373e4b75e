import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { run, SandboxError } from './run.ts';
import { sandboxDirectory } from './workspace.ts';

/** A system whose packages come from apt. */
export interface DebianRelease {
  readonly distribution: 'debian' | 'ubuntu';
  /** `bookworm`, `trixie`, `noble` … */
  readonly codename: string;
}

/** The Debian or Ubuntu this machine runs, or undefined. */
export function machineRelease(): DebianRelease | undefined {
  try {
    return parseDebianRelease(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return undefined; // no such file: macOS, Windows
  }
}

/**
 * The release an /etc/os-release names. Undefined for every system that is neither Debian nor Ubuntu (derivatives have
 * other mirrors and names).
 */
export function parseDebianRelease(osRelease: string): DebianRelease | undefined {
  const field = (name: string) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1];
  const distribution = field('ID');
  const codename = field('VERSION_CODENAME');
  return (distribution === 'debian' || distribution === 'ubuntu') && codename
    ? { distribution, codename }
    : undefined;
}

/** Both fetch the lists first where they are older than twelve hours. @throws SandboxError where apt fails */
interface PrivateApt {
  /** Installs on the machine (as root); what is there already is upgraded only where a package needs it. */
  install(packages: readonly string[]): Promise<void>;
  /**
   * Fetches packages and extracts the files of each below the directories that `rootsOf` gives for its architecture
   * (`all` where it has none), without installing them; needs no root user.
   */
  unpack(packages: readonly string[], rootsOf: (architecture: string) => readonly string[]): Promise<void>;
}

/** Of the images, as Debian calls them. */
export const ARCHITECTURES = ['amd64', 'arm64'] as const;

/** For files of packages of both architectures that are not installed: one list, whoever needs it first. */
export function foreignPackages(release: DebianRelease): PrivateApt {
  return privateApt('packages', release, { architectures: ARCHITECTURES });
}

/** A later release, whose packages are used only where `preferred` names them. */
export interface LaterSuite {
  readonly suite: string;
  readonly preferred: readonly string[];
}

/** By directory. */
const updating = new Map<string, Promise<void>>();
const LISTS_MAX_AGE_MS = 12 * 60 * 60 * 1000;

/**
 * apt with its own sources, preferences, lists and cache below `.sandbox/apt/<name>`: /etc/apt stays as it is, only the
 * distribution's mirrors are used, and other `architectures` (Debian's names) can be fetched without telling dpkg.
 */
export function privateApt(
  name: string,
  release: DebianRelease,
  { later, architectures }: { later?: LaterSuite | undefined; architectures?: readonly string[] } = {},
): PrivateApt {
  const root = sandboxDirectory('apt', name);
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
    'DPkg::Lock::Timeout': '300',
    ...(architectures && { 'APT::Architectures': architectures.join(',') }),
  };
  const base = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  const apt = async (action: string, args: readonly string[], label: string, cwd = root): Promise<void> => {
    const processEnv = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
    await run('apt-get', [...base, '-qq', action, ...args], { cwd, processEnv, label: `apt-get ${label}` });
  };
  const fetchLists = async (): Promise<void> => {
    const configuration = await writeConfiguration(root, release, later);
    const stamp = join(root, 'updated');
    const fresh = existsSync(stamp) && Date.now() - statSync(stamp).mtimeMs < LISTS_MAX_AGE_MS;
    if (fresh && readFileSync(stamp, 'utf8') === configuration) return;
    await apt('update', [], 'update');
    writeFileSync(stamp, configuration);
  };
  /** Once for all that want it at the same time. */
  const update = (): Promise<void> => {
    const running = updating.get(root) ?? fetchLists().finally(() => updating.delete(root));
    updating.set(root, running);
    return running;
  };
  return {
    install: async (packages) => {
      await update();
      const args = ['-y', '--no-install-recommends', ...packages];
      await apt('install', args, `install ${packages.join(' ')}`);
    },
    unpack: async (packages, rootsOf) => {
      await update();
      const downloads = mkdtempSync(join(root, 'packages-'));
      try {
        await apt('download', packages, `download ${packages.join(' ')}`, downloads);
        for (const file of readdirSync(downloads))
          for (const target of rootsOf(/_(\w+)\.deb$/.exec(file)?.[1] ?? ''))
            await run('dpkg-deb', ['--extract', join(downloads, file), target]);
      } finally {
        rmSync(downloads, { recursive: true });
      }
    },
  };
}

/** Returns the text of what it wrote. */
async function writeConfiguration(root: string, release: DebianRelease, later?: LaterSuite): Promise<string> {
  const format = ['--format', '$(CREATED_BY)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)'];
  const indexTargets = await run('apt-get', ['indextargets', '--no-release-info', ...format]);
  const { distribution, codename } = release;
  const sources = distributionSources(indexTargets, release, later?.suite);
  if (sources.length === 0)
    throw new SandboxError(
      `apt has no source for ${distribution} ${codename}`,
      'Add the distribution’s main source to /etc/apt.',
    );
  for (const directory of ['sources', 'preferences', 'lists/partial', 'cache/archives/partial'])
    mkdirSync(join(root, directory), { recursive: true });
  const keyring = `/usr/share/keyrings/${distribution}-archive-keyring.gpg`;
  const sourcesText = renderSources(sources, existsSync(keyring) ? keyring : undefined);
  const pins = later ? renderPins(later) : '';
  writeFileSync(join(root, 'sources/sandbox.sources'), sourcesText);
  writeFileSync(join(root, 'preferences/sandbox.pref'), pins);
  return sourcesText + pins;
}

/** A place packages come from: the base address of a mirror, and a suite on it. */
interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

/**
 * The distribution's own sources out of the machine's, selected by suite and component: so its mirrors are used, and a
 * third party's source that cannot be reached does not get in the way. After them a later suite of the same mirror, if
 * one is named. `indexTargets` has one target a line: `Packages|<uri>|<suite>|<component>`.
 */
export function distributionSources(
  indexTargets: string,
  { codename }: DebianRelease,
  laterSuite?: string,
): AptSource[] {
  const suites = [codename, `${codename}-updates`, `${codename}-security`];
  const sources = new Map<string, AptSource>();
  for (const line of indexTargets.split('\n')) {
    const [createdBy, uri, suite, component] = line.split('|');
    if (createdBy !== 'Packages' || !uri || !suite || !component) continue;
    if (!suites.includes(suite) || !['main', 'universe'].includes(component)) continue;
    const key = `${uri} ${suite}`;
    const components = new Set([...(sources.get(key)?.components ?? []), component]);
    sources.set(key, { uri, suite, components: [...components] });
  }
  const own = [...sources.values()];
  const main = own.find(({ suite }) => suite === codename);
  return main && laterSuite ? [...own, { ...main, suite: laterSuite }] : own;
}

/** The text of a `.sources` file; `keyring` undefined leaves the choice to apt's trusted keys. */
export function renderSources(sources: readonly AptSource[], keyring: string | undefined): string {
  return sources
    .map(
      ({ uri, suite, components }) =>
        `Types: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: ${components.join(' ')}\n` +
        (keyring ? `Signed-By: ${keyring}\n` : ''),
    )
    .join('\n');
}

/** Everything of the later release below what is installed, the named packages above it. */
function renderPins({ suite, preferred }: LaterSuite): string {
  const pin = (packages: string, priority: number) =>
    `Package: ${packages}\nPin: release n=${suite}\nPin-Priority: ${priority}\n`;
  return `${pin('*', 100)}\n${pin(preferred.join(' '), 990)}`;
}
