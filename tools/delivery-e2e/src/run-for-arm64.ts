import type { DeliveryWorld } from '@ehr/testing-worlds';

const ROOM_TO_WRITE = ['--read-only', '--tmpfs', '/tmp', '--tmpfs', '/data:uid=1000,gid=1000'];

/** Starts the arm64 half of the API's image as the compose file would; the caller removes the container. */
export async function runForArm64(
  { docker }: Pick<DeliveryWorld, 'docker'>,
  image: string,
): Promise<{ id: string; port: string }> {
  const publish = ['--publish', '127.0.0.1::3000'];
  const id = await docker(
    'run',
    '--detach',
    '--platform',
    'linux/arm64',
    // The image's check starts a Node of its own every second: emulated, those take the time the service needs.
    '--no-healthcheck',
    ...ROOM_TO_WRITE,
    ...publish,
    image,
  );
  try {
    return { id, port: (await docker('port', id, '3000')).split(':').at(-1) ?? '' };
  } catch (error) {
    await docker('rm', '--force', id);
    throw error;
  }
}
