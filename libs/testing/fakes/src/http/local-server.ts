import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on 127.0.0.1. */
export interface LocalServer {
  readonly port: number;
  /** Cuts what is open and resolves when nothing listens any more; also when it was stopped before. */
  readonly stop: () => Promise<void>;
}

/**
 * Serves HTTP on 127.0.0.1, on a free port unless one is named.
 *
 * @throws the system's own error where nothing can listen on the port
 */
export async function serveLocally(listener: RequestListener, port = 0): Promise<LocalServer> {
  const server = createServer(listener).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((stopped) => server.close(stopped));
    },
  };
}
