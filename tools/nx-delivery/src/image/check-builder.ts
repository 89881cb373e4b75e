import { toolError } from '../tool-errors.ts';
import { composeError } from '@ehr/delivery-compose';
import { execa } from 'execa';

/** Refuses a selected buildx builder that cannot build several platforms or write an OCI layout. */
export async function checkBuilder(cwd: string): Promise<void> {
  const docker = (...args: string[]) => execa('docker', args, { cwd, reject: false, stdin: 'ignore' });
  const [info, inspection] = await Promise.all([
    docker('info', '--format', '{{json .DriverStatus}}'),
    docker('buildx', 'inspect'),
  ]);
  if (info.exitCode !== 0)
    throw composeError('ENGINE_UNAVAILABLE', `\`docker info\` failed: ${lastLine(info.stderr)}`);
  if (inspection.exitCode !== 0) {
    throw composeError(
      'ENGINE_UNAVAILABLE',
      `\`docker buildx inspect\` failed: ${lastLine(inspection.stderr)}`,
    );
  }
  const driver = /^Driver:\s*(\S+)/m.exec(inspection.stdout)?.[1] ?? 'unknown';
  if (driver === 'docker' && !info.stdout.includes('io.containerd.snapshotter')) {
    throw toolError(
      'ENGINE_SINGLE_PLATFORM',
      'The default builder on the classic image store builds one platform only.',
    );
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
