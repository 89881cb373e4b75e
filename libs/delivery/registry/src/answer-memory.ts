import { LRUCache } from 'lru-cache';

/** An answer with its body; a `Response` can be read only once. */
interface Remembered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ArrayBuffer;
}

/** Asks the registry; with `etag` whether something else is there than what has it. */
type Ask = (etag: string | null) => Promise<Response>;

/**
 * Answers of registries, for who looks again and again: what a digest names is asked for once, everything else, failures
 * included, at most once in `freshMs`, and then only whether it changed (RFC 9110 § 13.1.2).
 */
export interface AnswerMemory {
  answer(question: string, isForever: boolean, ask: Ask): Promise<Response>;
  /** From now on everything is asked again, at once: something is known to have changed. */
  expire(): void;
}

/** An empty memory; `now` in milliseconds. */
export function createAnswerMemory(freshMs = 60_000, now: () => number = Date.now): AnswerMemory {
  const known = new LRUCache<string, Promise<Remembered>>({ max: 2_000 });
  const askedAt = new LRUCache<string, number>({ max: 2_000 });
  return {
    expire: () => askedAt.clear(),
    answer: async (question, isForever, ask) => {
      const before = await known.get(question)?.catch(() => undefined);
      const isKnown = isForever && before !== undefined && before.status < 300;
      const isFresh = now() - (askedAt.get(question) ?? Number.NEGATIVE_INFINITY) < freshMs;
      const asked = known.get(question);
      if (asked !== undefined && (isKnown || isFresh)) return responseOf(await asked);
      askedAt.set(question, now());
      const next = renew(before, ask);
      next.catch(() => undefined);
      known.set(question, next);
      return responseOf(await next);
    },
  };
}

async function renew(before: Remembered | undefined, ask: Ask): Promise<Remembered> {
  const response = await ask(before?.headers.get('etag') ?? null);
  if (response.status === 304 && before !== undefined) return before;
  const { status, headers } = response;
  return { status, headers, body: await response.arrayBuffer() };
}

function responseOf({ status, headers, body }: Remembered): Response {
  return new Response(body.byteLength === 0 ? null : body, { status, headers });
}
