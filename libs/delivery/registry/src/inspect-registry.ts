import { DOCKER_HUB, DeliveryError } from '@ehr/delivery-core';
import { createTransport } from './transport.ts';
import type { TransportOptions } from './transport.ts';

/** What a registry lets us do in one repository; asked, not tried out: nothing lasting is written. */
export interface RegistryInspector {
  /** Throws REGISTRY_UNREACHABLE unless something speaks the distribution API there. */
  reach(): Promise<void>;
  /** Throws REGISTRY_UNAUTHORIZED unless our sign-in may read. */
  read(): Promise<void>;
  /** Begins an upload and cancels it; throws REGISTRY_UNAUTHORIZED unless our sign-in may write. */
  write(): Promise<void>;
  /** Whether somebody without a sign-in may read. */
  isPublic(): Promise<boolean>;
  /** What is left of Docker Hub's pulls; null where nothing is said of a limit. */
  rateLimit(): Promise<RateLimit | null>;
}

export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  readonly windowSeconds: number;
}

export function inspectRegistry(
  options: TransportOptions & { readonly repository: string },
): RegistryInspector {
  const { repository } = options;
  const signedIn = createTransport(options);
  const stranger = createTransport({ ...options, credentials: async () => undefined });
  /** A repository that is not there yet answers 404 to whoever may look. */
  const look = (transport: typeof signedIn) =>
    transport.send({ method: 'GET', path: `/v2/${repository}/tags/list?n=1`, expect: [200, 404] });

  return {
    reach: async () => {
      const answer = await stranger.send({ method: 'GET', path: '/v2/', expect: [200, 401] });
      await answer.body?.cancel();
    },
    read: async () => {
      await (await look(signedIn)).body?.cancel();
    },
    write: async () => {
      const path = `/v2/${repository}/blobs/uploads/`;
      const begun = await signedIn.send({ method: 'POST', path, expect: [202] });
      const location = begun.headers.get('location');
      if (location === null) return;
      // A registry that cannot cancel forgets an upload that nobody goes on with.
      await signedIn
        .send({ method: 'DELETE', path: location, expect: [200, 202, 204, 404, 405] })
        .catch(() => undefined);
    },
    isPublic: async () => {
      try {
        await (await look(stranger)).body?.cancel();
        return true;
      } catch (error) {
        if (error instanceof DeliveryError && error.code === 'REGISTRY_UNAUTHORIZED') return false;
        throw error;
      }
    },
    rateLimit: async () => {
      if (options.registry !== DOCKER_HUB) return null;
      // The repository Docker Hub keeps for this question; a HEAD does not count as a pull.
      const path = '/v2/ratelimitpreview/test/manifests/latest';
      const { headers } = await signedIn.send({ method: 'HEAD', path, expect: [200, 429] });
      return readLimit(headers.get('ratelimit-limit'), headers.get('ratelimit-remaining'));
    },
  };
}

/** `100;w=21600` and `76;w=21600`: pulls in a window of seconds. */
function readLimit(limit: string | null, remaining: string | null): RateLimit | null {
  const [, most, window = '0'] = /^(\d+)(?:;w=(\d+))?/.exec(limit ?? '') ?? [];
  const [, left] = /^(\d+)/.exec(remaining ?? '') ?? [];
  if (most === undefined || left === undefined) return null;
  return { limit: Number(most), remaining: Number(left), windowSeconds: Number(window) };
}
