import { execa } from 'execa';
import { run, succeeds } from '../processes/run.ts';
import { SandboxError } from '../sandbox-error.ts';

const BUILDER = 'ehr-connect';

/**
 * The environment under which `docker buildx` can build two platforms into an OCI layout: nothing where
 * the engine keeps images in containerd's store (its default builder can), else a builder container.
 */
export async function chooseBuilder(): Promise<Readonly<Record<string, string>>> {
  const status = await run('docker', ['info', '--format', '{{json .DriverStatus}}']);
  if (status.includes('io.containerd.snapshotter')) return {};
  if (process.env['BUILDX_BUILDER']) return {};
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

export async function removeBuilder(): Promise<void> {
  await succeeds('docker', ['buildx', 'rm', '--force', BUILDER]);
}
