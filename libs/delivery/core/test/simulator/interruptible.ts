import { coreError, type Ports } from '../../src/index.ts';
import { withDocuments } from '../recorded-documents.ts';
import type { Fate } from './history.ts';

/** The run's fate was to be killed. */
export class RunKilled extends Error {}

/** Runs `body` with ports over which a run's fate comes; a killed run is rejected with RunKilled and never goes on. */
export async function undergo<T>(
  ports: Ports,
  service: string,
  fate: Fate,
  counted: { calls: number },
  body: (ports: Ports) => Promise<T>,
): Promise<T> {
  const killed = Promise.withResolvers<never>();
  const wrap = <P extends object>(port: P, mayFail: boolean): P => {
    const wrapped = Object.entries(port).map(([name, value]: [string, unknown]) => {
      if (typeof value !== 'function') return [name, value] as const;
      const act = value as (...args: unknown[]) => Promise<unknown>;
      return [name, (...args: unknown[]) => interfere(() => act(...args), mayFail)] as const;
    });
    return Object.fromEntries(wrapped) as P;
  };
  async function interfere(act: () => Promise<unknown>, mayFail: boolean): Promise<unknown> {
    counted.calls += 1;
    const now = 'at' in fate && counted.calls === fate.at;
    if (now && fate.kind === 'fault' && mayFail) throw coreError('TAGS_UNSETTLED', 'The line is cut.');
    if (!now || fate.kind !== 'killed') return act();
    if (fate.acted) await act();
    killed.reject(new RunKilled());
    return new Promise(() => undefined);
  }
  const { registry, target, prober, source, builder } = ports;
  const interfered: Ports = {
    ...ports,
    registry: withDocuments(wrap(registry, true), wrap(registry.documents, true), service),
    target: wrap(target, true),
    builder: wrap(builder, true),
    source: wrap(source, true),
    // Silence is an answer of its own: a prober never fails.
    prober: wrap(prober, false),
  };
  return Promise.race([body(interfered), killed.promise]);
}
