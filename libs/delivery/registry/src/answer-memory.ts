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

/** A question that was asked. */
interface Asked {
  /** By the memory's clock; long ago when it is to be asked again. */
  readonly at: number;
  readonly answer: Promise<Remembered>;
}

/** So many questions are remembered; of more those that were asked longest ago are forgotten. */
const MOST = 2_000;

/** An empty memory; `now` in milliseconds. */
export function createAnswerMemory(freshMs = 60_000, now: () => number = Date.now): AnswerMemory {
  const asked = new Map<string, Asked>();
  return {
    expire: () => {
      for (const [question, { answer }] of asked)
        asked.set(question, { at: Number.NEGATIVE_INFINITY, answer });
    },
    answer: async (question, isForever, ask) => {
      const before = await asked.get(question)?.answer.catch(() => undefined);
      const last = asked.get(question);
      const isKnown = isForever && before !== undefined && before.status < 300;
      if (last !== undefined && (isKnown || now() - last.at < freshMs)) return responseOf(await last.answer);
      const answer = renew(before, ask);
      answer.catch(() => undefined);
      // In the order of asking.
      asked.delete(question);
      asked.set(question, { at: now(), answer });
      const [oldest] = asked.keys();
      if (asked.size > MOST && oldest !== undefined) asked.delete(oldest);
      return responseOf(await answer);
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
