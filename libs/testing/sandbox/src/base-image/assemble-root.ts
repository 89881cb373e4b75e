import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { DebianRelease } from '../apt/debian-release.ts';
import { privateApt } from '../apt/private-apt.ts';
import { run } from '../processes/run.ts';
import { nodeBinary } from './node-binary.ts';
import { isRoot } from '../processes/is-root.ts';

/** What the node binary is linked against; and, for every architecture alike, what programs expect to find. */
const BINARY_PACKAGES = ['libc6', 'libstdc++6', 'libgcc-s1'];
const COMMON_PACKAGES = ['ca-certificates', 'tzdata', 'netbase'];
const DOCUMENTATION = ['doc', 'man', 'lintian', 'locale', 'info', 'bug'];
const NODE_USER = 1000;

/** Fills `root` with the file system of one platform of the stand-in image, all times set to 1970. */
export async function assembleRoot(
  root: string,
  options: { architecture: string; npm: string; release: DebianRelease; version: string },
): Promise<void> {
  mkdirSync(root, { recursive: true });
  await unpackPackages(root, options.architecture, options.release);
  for (const name of DOCUMENTATION) rmSync(join(root, 'usr/share', name), { recursive: true, force: true });
  mergeIntoUsr(root);
  writeUsers(root);
  writeCertificates(root);
  for (const directory of ['tmp', 'var/tmp']) {
    mkdirSync(join(root, directory), { recursive: true });
    chmodSync(join(root, directory), 0o1777);
  }
  const binary = join(root, 'usr/local/bin/node');
  mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
  cpSync(await nodeBinary(options.version, options.npm), binary);
  chmodSync(binary, 0o755);
  await run('find', [root, '-exec', 'touch', '--no-dereference', '--date=@0', '{}', '+']);
}

async function unpackPackages(root: string, architecture: string, release: DebianRelease): Promise<void> {
  const downloads = `${root}.packages`;
  mkdirSync(downloads);
  const apt = privateApt('base-image', release, { architectures: ['amd64', 'arm64'] });
  const native = BINARY_PACKAGES.map((name) => `${name}:${architecture}`);
  await apt.download([...native, ...COMMON_PACKAGES], downloads);
  for (const file of readdirSync(downloads))
    await run('dpkg-deb', ['--extract', join(downloads, file), root]);
  rmSync(downloads, { recursive: true });
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
  mkdirSync(join(root, 'etc'), { recursive: true });
  mkdirSync(join(root, 'home/node'), { recursive: true });
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
  mkdirSync(join(root, 'etc/ssl/certs'), { recursive: true });
  writeFileSync(join(root, 'etc/ssl/certs/ca-certificates.crt'), all.join(''));
}
