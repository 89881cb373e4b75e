import { execFileSync } from 'node:child_process';

/** Whether `docker` reaches an engine that answers, asked at once and synchronously (for `describe.skipIf`). */
export function engineAvailable(): boolean {
  try {
    execFileSync('docker', ['version', '--format', '{{.Server.Version}}'], {
      stdio: 'ignore',
      timeout: 10_000,
    });
    return true;
  } catch {
    return false; // no docker command, or no engine behind it
  }
}
