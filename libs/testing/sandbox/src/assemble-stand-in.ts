import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { STAND_IN_LABEL, standInForName } from '@ehr/delivery-core';
import { ARCHITECTURES, type DebianRelease, foreignPackages, machineRelease } from './debian.ts';
import { isRoot, run, SandboxError } from './run.ts';
import { cached, sandboxDirectory, workspaceRoot } from './workspace.ts';

/** Debian's and Docker's name of an architecture, and npm's. */
const PLATFORMS = [
  { architecture: 'amd64', npm: 'x64' },
  { architecture: 'arm64', npm: 'arm64' },
] as const;
/** What the node binary is linked against; and, for every architecture alike, what programs expect to find. */
const BINARY_PACKAGES = ['libc6', 'libstdc++6', 'libgcc-s1'];
const COMMON_PACKAGES = ['ca-certificates', 'tzdata', 'netbase'];
const DOCUMENTATION = ['doc', 'man', 'lintian', 'locale', 'info', 'bug'];
const NODE_USER = 1000;

/**
 * Puts the stand-in of that name (`standInName` of an official Node image) for both platforms into the engine: Node and
 * the libraries it needs, no shell, no package manager. Made without emulation; the same packages give the same digest.
 *
 * @throws SandboxError where the name tells no Node version, or a download or the build fails
 */
export async function assembleStandIn(name: string, onProgress: (message: string) => void): Promise<void> {
  const release = machineRelease();
  const standsFor = standInForName(name) ?? name;
  const version = nodeVersion(standsFor);
  if (!release || !version)
    throw new SandboxError(
      `no stand-in can be made for ${standsFor}`,
      'Name the base image as node:<x.y.z>-<variant>.',
    );
  const context = mkdtempSync(join(sandboxDirectory('cache'), 'base-image-'));
  try {
    onProgress('fetching Node and Debian packages for both platforms');
    const unpacked = unpackPackages(release, context);
    await Promise.all(
      PLATFORMS.map(async ({ architecture, npm }) => {
        const [node] = await Promise.all([nodeBinary(version, npm), unpacked]);
        await assembleRoot(join(context, architecture), node);
      }),
    );
    writeFileSync(join(context, 'Dockerfile'), dockerfile(standsFor, version));
    onProgress('building for both platforms');
    await run(
      'docker',
      [
        ...['buildx', 'build', '--provenance=false', '--build-arg', 'SOURCE_DATE_EPOCH=0'],
        ...['--platform', PLATFORMS.map(({ architecture }) => `linux/${architecture}`).join(',')],
        ...['--output', `type=image,name=${name}`, context],
      ],
      { processEnv: { BUILDX_BUILDER: 'default' } },
    );
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

/** The Node version an official `node:<version>-…` tag names, or undefined for any other image. */
export function nodeVersion(reference: string): string | undefined {
  return /^(?:docker\.io\/)?(?:library\/)?node:(\d+\.\d+\.\d+)(?:-[\w.-]+)?$/.exec(reference)?.[1];
}

/** The packages of each platform below `<context>/<architecture>`. */
async function unpackPackages(release: DebianRelease, context: string): Promise<void> {
  const native = ARCHITECTURES.flatMap((architecture) =>
    BINARY_PACKAGES.map((name) => `${name}:${architecture}`),
  );
  await foreignPackages(release).unpack([...native, ...COMMON_PACKAGES], (architecture) =>
    ARCHITECTURES.filter((each) => architecture === each || architecture === 'all').map((each) =>
      join(context, each),
    ),
  );
}

/** Completes `root`, which holds the packages, to the file system of one platform, all times set to 1970. */
async function assembleRoot(root: string, node: string): Promise<void> {
  for (const directory of ['tmp', 'var/tmp', 'etc/ssl/certs', 'home/node', 'usr/local/bin'])
    mkdirSync(join(root, directory), { recursive: true });
  for (const name of DOCUMENTATION) rmSync(join(root, 'usr/share', name), { recursive: true, force: true });
  mergeIntoUsr(root);
  writeUsers(root);
  writeCertificates(root);
  for (const directory of ['tmp', 'var/tmp']) chmodSync(join(root, directory), 0o1777);
  const binary = join(root, 'usr/local/bin/node');
  cpSync(node, binary);
  chmodSync(binary, 0o755);
  await run('find', [root, '-exec', 'touch', '--no-dereference', '--date=@0', '{}', '+']);
}

/** Debian's layout since 12: /bin, /lib … are links into /usr, whichever of the two a package still uses. */
function mergeIntoUsr(root: string): void {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    const [top, inUsr] = [join(root, name), join(root, 'usr', name)];
    if (existsSync(top)) {
      cpSync(top, inUsr, { recursive: true, verbatimSymlinks: true });
      rmSync(top, { recursive: true });
    }
    if (existsSync(inUsr)) symlinkSync(`usr/${name}`, top);
  }
}

/** The official image's user, so that `USER node` and 1000:1000 mean the same. */
function writeUsers(root: string): void {
  const nobody = 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin';
  const users = [
    'root:x:0:0:root:/root:/usr/sbin/nologin',
    `node:x:${NODE_USER}:${NODE_USER}::/home/node:/usr/sbin/nologin`,
    nobody,
  ];
  writeFileSync(join(root, 'etc/passwd'), `${users.join('\n')}\n`);
  writeFileSync(join(root, 'etc/group'), `root:x:0:\nnode:x:${NODE_USER}:\nnogroup:x:65534:\n`);
  if (isRoot()) chownSync(join(root, 'home/node'), NODE_USER, NODE_USER);
}

/** What the package's own script would do: all certificates in one file. */
function writeCertificates(root: string): void {
  const source = join(root, 'usr/share/ca-certificates/mozilla');
  const all = readdirSync(source)
    .sort()
    .map((file) => readFileSync(join(source, file), 'utf8'));
  writeFileSync(join(root, 'etc/ssl/certs/ca-certificates.crt'), all.join(''));
}

/** The Node program for Linux of an architecture (npm's name): the installed one, or out of its npm package. */
async function nodeBinary(version: string, architecture: string): Promise<string> {
  const installed = join(workspaceRoot, 'node_modules', `node-linux-${architecture}`);
  if (installedVersion(installed) === version) return join(installed, 'bin/node');
  return cached(`node-${version}-${architecture}`, async (directory) => {
    const name = `node-linux-${architecture}@${version}`;
    await run('npm', ['pack', '--silent', '--pack-destination', directory, name]);
    const archive = readdirSync(directory).find((file) => file.endsWith('.tgz'));
    if (!archive) throw new Error(`npm pack ${name} left no archive`);
    await run('tar', ['-xzf', join(directory, archive), '-C', directory, 'package/bin/node']);
    return join(directory, 'package/bin/node');
  });
}

function installedVersion(directory: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return undefined; // another platform's, or left out
  }
}

function dockerfile(standsFor: string, version: string): string {
  return [
    'FROM scratch',
    'ARG TARGETARCH',
    'COPY ${TARGETARCH}/ /',
    `ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin NODE_VERSION=${version}`,
    `LABEL ${STAND_IN_LABEL}=${standsFor}`,
    'CMD ["node"]',
    '',
  ].join('\n');
}
