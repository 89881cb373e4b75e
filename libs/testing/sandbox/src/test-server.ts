import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { execa } from 'execa';
import { waitUntil } from './wait-until.ts';

/** A server for one test. */
export interface TestServer {
  /** The last 4,000 characters it wrote, for an error message. */
  output(): string;
  /** True once it has ended, whoever ended it. */
  ended(): boolean;
  stop(): Promise<void>;
}

/** Starts a server that lives no longer than this process. `stop` sends `stopSignal`, and SIGKILL after five seconds. */
export function startTestServer(
  command: string,
  args: readonly string[],
  options: {
    readonly stopSignal: NodeJS.Signals;
    readonly cwd: string;
    readonly uid?: number;
    readonly gid?: number;
  },
): TestServer {
  const { stopSignal: killSignal, ...spawnOptions } = options;
  const ours = { stdin: 'ignore', all: true, buffer: false, reject: false } as const;
  const child = execa(command, args, { ...spawnOptions, ...ours, killSignal });
  let output = '';
  child.all.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4000)));
  const ended = (): boolean =>
    child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  void child.then(({ originalMessage = '' }) => (output += originalMessage));
  const stop = async (): Promise<void> => {
    if (ended()) return;
    const end = once(child, 'exit');
    child.kill();
    await end;
  };
  return { output: () => output.trim(), ended, stop };
}

/**
 * Waits until the server is ready, and returns what ends it and removes its directory.
 *
 * @throws Error with the server's output where it has ended or is not ready after `timeoutMs`; both are gone then
 */
export async function untilReady(
  server: TestServer,
  directory: string,
  options: {
    readonly name: string;
    readonly timeoutMs: number;
    readonly ready: () => boolean | Promise<boolean>;
  },
): Promise<() => Promise<void>> {
  const { name, timeoutMs, ready } = options;
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await waitUntil(async () => !server.ended() && (await ready()), {
      timeoutMs,
      message: () => `${name} did not start: ${server.output()}`,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/** A port on 127.0.0.1 that nothing listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
