import { reasonOf, type Prober } from '@ehr/delivery-core';

/** Asks once, with 3 s patience. A redirect is not followed: the service itself is to answer. */
export function createHttpProber(): Prober {
  return {
    probe: async (url) => {
      try {
        const response = await fetch(url, {
          headers: { accept: 'application/json', 'cache-control': 'no-cache' },
          redirect: 'manual',
          signal: AbortSignal.timeout(3_000),
        });
        const body: unknown = await response.json().catch(() => null);
        return { kind: 'answer', status: response.status, body };
      } catch (error) {
        return { kind: 'silence', message: reasonOf(error) };
      }
    },
  };
}
