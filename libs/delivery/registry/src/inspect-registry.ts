import { DOCKER_HUB, hasCode } from '@ehr/delivery-core';
import { createTransport, type Transport, type TransportOptions } from './transport.ts';

/** What a registry allows us in one repository. Nothing lasting is written. Throws REGISTRY_UNREACHABLE. */
export interface RegistryInspector {
  /** Returns when something answers there by the distribution API. */
  reach(): Promise<void>;
  /** @throws REGISTRY_UNAUTHORIZED unless our sign-in may read */
  read(): Promise<void>;
  /** Begins an upload and cancels it. @throws REGISTRY_UNAUTHORIZED unless our sign-in may write */
  write(): Promise<void>;
  /** Whether somebody without a sign-in may read. */
  isPublic(): Promise<boolean>;
  /**
   * Whether a listing by pages may begin behind a tag; null where there are too few tags to see that, or all come in one
   * answer.
   */
  listsFrom(): Promise<boolean | null>;
  /** What is left of Docker Hub's pulls; null where the registry names no limit. */
  rateLimit(): Promise<RateLimit | null>;
}

/** Pulls in a window of time. */
interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  readonly windowSeconds: number;
}

/** An inspector of one repository. */
export function inspectRegistry(options: TransportOptions): RegistryInspector {
  const signedIn = createTransport(options);
  const stranger = createTransport({ ...options, credentials: async () => undefined });
  /** A repository that is not there yet answers 404 to whoever may read. */
  const readTags = (transport: Transport) => transport.send({ path: 'tags/list?n=1', expect: [200, 404] });

  return {
    reach: async () => {
      await stranger.send({ path: '/v2/', expect: [200, 401] });
    },
    read: async () => {
      await readTags(signedIn);
    },
    write: async () => {
      const { headers } = await signedIn.send({ method: 'POST', path: 'blobs/uploads/', expect: [202] });
      const path = headers.get('location');
      if (path === null) return;
      // A registry that cannot cancel forgets an upload that nobody goes on with.
      const expect = [200, 202, 204, 404, 405];
      await signedIn.send({ method: 'DELETE', path, expect }).catch(() => undefined);
    },
    isPublic: async () => {
      try {
        await readTags(stranger);
        return true;
      } catch (error) {
        if (hasCode(error, 'REGISTRY_UNAUTHORIZED')) return false;
        throw error;
      }
    },
    listsFrom: async () => {
      const read = async (query: string) => {
        const answer = await signedIn.send({ path: `tags/list?${query}`, expect: [200, 404] });
        return answer.status === 404
          ? []
          : (((await answer.json()) as { tags?: string[] | null }).tags ?? []);
      };
      const [first, second] = await read('n=2');
      if (first === undefined || second === undefined) return null;
      const [next, ...others] = await read(`n=1&last=${encodeURIComponent(first)}`);
      return others.length > 0 ? null : next !== first;
    },
    rateLimit: async () => {
      if (options.registry !== DOCKER_HUB) return null;
      // The repository that Docker Hub keeps for this; a HEAD does not count as a pull.
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
