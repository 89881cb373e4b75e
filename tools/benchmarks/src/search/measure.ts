import autocannon from 'autocannon';
import { median } from '../median.ts';

/** What a search took: milliseconds that half, 95 and 99 of a hundred were below, and answers a second. */
export interface Figures {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly perSecond: number;
}

const CONNECTIONS = 8;
/** Fewer answers say nothing about the slowest of a hundred: what is slow is asked for longer, a minute at most. */
const FEWEST = 100;
const MOST_SECONDS = 60;

/** Asks the paths in turns over eight connections. @throws Error when any answer is a refusal */
export async function load(url: string, paths: readonly string[], seconds: number): Promise<Figures> {
  let asked = 0;
  const times: number[] = [];
  const since = performance.now();
  const { errors, non2xx } = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(
      {
        url,
        connections: CONNECTIONS,
        duration: seconds,
        timeout: MOST_SECONDS,
        requests: [
          { setupRequest: (defaults) => ({ ...defaults, path: paths[(asked += 1) % paths.length] ?? '/' }) },
        ],
      },
      (error: Error | null, result) => (error ? reject(error) : resolve(result)),
    );
    // Its own figures are whole milliseconds.
    run.on('response', (_client: unknown, _status: number, _bytes: number, time: number) => void times.push(time)); // prettier-ignore
  });
  if (errors + non2xx > 0)
    throw new Error(`${errors + non2xx} of ${times.length} were not answered: ${paths[0]}`);
  if (times.length < FEWEST && seconds < MOST_SECONDS)
    return load(url, paths, Math.min(seconds * 4, MOST_SECONDS));
  const inOrder = times.sort((a, b) => a - b);
  const below = (share: number) => inOrder[Math.floor(inOrder.length * share)] ?? 0;
  return { p50: below(0.5), p95: below(0.95), p99: below(0.99), perSecond: (times.length * 1000) / (performance.now() - since) }; // prettier-ignore
}

/** Of each figure the median of the rounds. */
export function medians(rounds: readonly Figures[]): Figures {
  const of = (figure: keyof Figures) => median(rounds.map((round) => round[figure]));
  return { p50: of('p50'), p95: of('p95'), p99: of('p99'), perSecond: of('perSecond') };
}
