import { execa } from 'execa';
import { run, SandboxError, succeeds } from './run.ts';

const BUILDER = 'ehr-connect';

/**
 * The variables of the process environment with which `docker buildx` builds two platforms into an OCI layout: none
 * where the engine keeps images in containerd's store (its default builder can) or the user chose a builder, else
 * those of a builder container.
 *
 * @throws SandboxError where no builder can
 */
export async function chooseBuilder(): Promise<Readonly<Record<string, string>>> {
  const status = await run('docker', ['info', '--format', '{{json .DriverStatus}}']);
  if (status.includes('io.containerd.snapshotter') || process.env['BUILDX_BUILDER']) return {};
  if (!(await succeeds('docker', ['buildx', 'inspect', BUILDER])))
    await run('docker', ['buildx', 'create', '--name', BUILDER, '--driver', 'docker-container']);
  const started = await execa('docker', ['buildx', 'inspect', '--bootstrap', BUILDER], { reject: false });
  if (started.failed)
    throw new SandboxError(
      'this engine cannot build for two platforms: it uses the classic image store, and a builder container does not start',
      'Switch on the containerd image store (Docker Desktop: Settings, General; else /etc/docker/daemon.json: {"features":{"containerd-snapshotter":true}}).',
      { cause: started },
    );
  return { BUILDX_BUILDER: BUILDER };
}

/** Removes the builder container, if there is one. */
export async function removeBuilder(): Promise<void> {
  await succeeds('docker', ['buildx', 'rm', '--force', BUILDER]);
}
