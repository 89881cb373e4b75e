import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Digest, parseReference } from '@ehr/delivery-core';
import type { RunningState } from '@ehr/testing-fakes';

/** A server that answers as the image that the fake Dokploy runs. */
export interface RunningService {
  readonly url: string;
  /** From now on nobody gets through, as when the route to it is gone. */
  cutOff(): void;
  /** From now on this answers, whatever containers there are: a route that still leads to the old one. */
  freeze(): void;
  /** Called after each answer, with the fingerprint that was told. */
  onAnswer(act: (fingerprint: string) => void): void;
  /** None of it any more. */
  reset(): void;
  stop(): Promise<void>;
}

/** The digest of the service's image, if any container has one. */
function digestOf({ images }: RunningState): Digest | undefined {
  const [image = ''] = Object.values(images);
  return parseReference(image)?.digest;
}

/** A real HTTP service that is what Dokploy's containers are at this moment: it answers with its image's fingerprint. */
export async function startRunningService(
  running: () => RunningState,
  fingerprints: ReadonlyMap<string, string>,
): Promise<RunningService> {
  let reachable = true;
  let frozen: RunningState | null = null;
  let answered: (fingerprint: string) => void = () => undefined;
  const server = createServer((request, response) => {
    const state = frozen ?? running();
    const fingerprint = fingerprints.get(digestOf(state) ?? '');
    const up = state.health === 'healthy' || state.health === 'unhealthy';
    if (!reachable || !up || fingerprint === undefined) return void request.socket.destroy();
    const status = state.health === 'healthy' ? 'pass' : 'fail';
    const identity = {
      service: 'ehr-api',
      version: 'unversioned',
      revision: 'unknown',
      fingerprint,
      environment: 'staging',
      instance: digestOf(state) ?? 'none',
    };
    response.on('finish', () => answered(fingerprint));
    response.writeHead(status === 'pass' ? 200 : 503, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ status, ...identity, checks: status === 'pass' ? {} : { database: { status } } }),
    );
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutOff: () => {
      reachable = false;
    },
    freeze: () => {
      frozen = { ...running() };
    },
    onAnswer: (act) => {
      answered = act;
    },
    reset: () => {
      reachable = true;
      frozen = null;
      answered = () => undefined;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
