import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineRelease } from '../apt/machine-release.ts';
import { run } from '../processes/run.ts';
import { SandboxError } from '../sandbox-error.ts';
import { sandboxDirectory } from '../workspace.ts';
import { assembleRoot } from './assemble-root.ts';
import { STAND_IN_LABEL } from './base-image-facts.ts';
import { nodeVersion } from './base-image-reference.ts';

/** Debian's and Docker's name of an architecture, and npm's. */
const PLATFORMS = [
  { architecture: 'amd64', npm: 'x64' },
  { architecture: 'arm64', npm: 'arm64' },
] as const;

/**
 * Puts an image for both platforms into the engine under `reference`: Node and the libraries it needs,
 * no shell, no package manager. Made without emulation; the same packages give the same digest.
 */
export async function assembleStandIn(reference: string, say: (line: string) => void): Promise<void> {
  const release = machineRelease();
  const version = nodeVersion(reference);
  if (!release || !version)
    throw new SandboxError(
      `no stand-in can be made for ${reference}`,
      'Name the base image as node:<x.y.z>-<variant>.',
    );
  const context = mkdtempSync(join(sandboxDirectory('cache'), 'base-image-'));
  try {
    for (const { architecture, npm } of PLATFORMS) {
      say(`assembling linux/${architecture}`);
      await assembleRoot(join(context, architecture), { architecture, npm, release, version });
    }
    writeFileSync(join(context, 'Dockerfile'), dockerfile(reference, version));
    say('building for both platforms');
    await run(
      'docker',
      [
        ...['buildx', 'build', '--provenance=false', '--build-arg', 'SOURCE_DATE_EPOCH=0'],
        ...['--platform', PLATFORMS.map(({ architecture }) => `linux/${architecture}`).join(',')],
        ...['--output', `type=image,name=docker.io/library/${reference}`, context],
      ],
      { env: { ...process.env, BUILDX_BUILDER: 'default' } },
    );
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

function dockerfile(reference: string, version: string): string {
  return [
    'FROM scratch',
    'ARG TARGETARCH',
    'COPY ${TARGETARCH}/ /',
    `ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin NODE_VERSION=${version}`,
    `LABEL ${STAND_IN_LABEL}=${reference}`,
    'CMD ["node"]',
    '',
  ].join('\n');
}
