import {
  DeliveryError,
  type Environment,
  environments,
  hasCode,
  type Status,
  status,
} from '@ehr/delivery-core';
import type { BoardPorts } from '../board-ports.ts';

/** What an environment runs of a service, for people. */
export interface Cell {
  readonly status: Status;
  /** Whether the environment has settings for the service. */
  readonly isSetUp: boolean;
  /** First line of the message of the commit that runs; empty when this checkout does not know it. */
  readonly subject: string;
  /** The lock of a run that shows no sign of life: it was killed, and nobody is at work. */
  readonly isAbandoned: boolean;
  /** How it was when it could be read last, where it cannot be read now. */
  readonly last: { readonly at: Date; readonly cell: Cell } | null;
}

/** One service, with a cell for each environment of the overview. */
interface Row {
  readonly service: string;
  readonly cells: readonly Cell[];
}

/** What runs where. */
export interface Overview {
  readonly at: Date;
  readonly environments: readonly Environment[];
  readonly rows: readonly Row[];
  /** Environments that are set up for no service here. */
  readonly missing: readonly Environment[];
}

/** A living run renews its lock three times a minute, and the registry is asked once. */
const SILENCE_MS = 180_000;

/** Reads what runs where, by `status`. Remembers what it saw, for when something stops to answer. */
export function overviewReader(ports: BoardPorts): () => Promise<Overview> {
  const seen = new Map<string, { at: Date; cell: Cell }>();
  /** What locks say, and since when they say just that. */
  const locks = new Map<string, { readonly text: string; readonly since: number }>();

  async function readRow(service: string): Promise<Row> {
    const open = (environment: Environment) => ports.open(service, environment);
    const rows = await status({ service, environments }, { open });
    return { service, cells: await Promise.all(rows.map((row) => readCell(service, row))) };
  }

  async function readCell(service: string, row: Status): Promise<Cell> {
    const key = `${service} ${row.environment}`;
    const isSetUp = row.verified !== null || (await isSetUpFor(service, row.environment, ports));
    if (row.verified === null)
      return { status: row, isSetUp, subject: '', isAbandoned: false, last: seen.get(key) ?? null };
    const isAbandoned = isLongTheSame(key, JSON.stringify(row.busy));
    const cell = { status: row, isSetUp, subject: await subjectOf(service, row), isAbandoned, last: null };
    seen.set(key, { at: ports.now(), cell });
    return cell;
  }

  function isLongTheSame(key: string, text: string): boolean {
    const now = ports.now().getTime();
    const known = locks.get(key);
    if (known?.text !== text) locks.set(key, { text, since: now });
    return text !== 'null' && known?.text === text && now - known.since > SILENCE_MS;
  }

  async function subjectOf(service: string, { environment, revision }: Status): Promise<string> {
    if (revision === '') return '';
    const { source } = await ports.open(service, environment);
    return (await source.commit(revision.replace(/-dirty$/, '')))?.subject ?? '';
  }

  const readRows = () => Promise.all(ports.services.map(readRow));
  const pinsOf = (rows: readonly Row[]) =>
    rows.map(({ cells }) => cells.map(({ status }) => status.digest)).join(' ');
  let pins: string | undefined;

  return async () => {
    let rows = await readRows();
    const now = pinsOf(rows);
    if (pins !== undefined && pins !== now) {
      // A platform told of a change: what the registry said a minute ago is no match for it.
      ports.expire();
      rows = await readRows();
    }
    pins = pinsOf(rows);
    const isShown = (environment: Environment) =>
      rows.some(({ cells }) => cells.some((cell) => cell.isSetUp && cell.status.environment === environment));
    const shown = environments.some(isShown) ? environments.filter(isShown) : environments;
    return {
      at: ports.now(),
      environments: shown,
      rows: rows.map(({ service, cells }) => ({
        service,
        cells: cells.filter(({ status }) => shown.includes(status.environment)),
      })),
      missing: environments.filter((name) => !shown.includes(name)),
    };
  };
}

/** Whether the environment has settings for the service; what is wrong with the rest of them is told by `status`. */
async function isSetUpFor(service: string, environment: Environment, ports: BoardPorts): Promise<boolean> {
  try {
    await ports.open(service, environment);
    return true;
  } catch (error) {
    if (hasCode(error, 'OPTIONS_INVALID')) return false;
    if (error instanceof DeliveryError) return true;
    throw error;
  }
}
