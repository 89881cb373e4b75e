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
    if (row.verified === null)
      return { status: row, subject: '', isAbandoned: false, last: seen.get(key) ?? null };
    const isAbandoned = isLongTheSame(key, JSON.stringify(row.busy));
    const cell = { status: row, subject: await subjectOf(service, row), isAbandoned, last: null };
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
    const isSetUp = await Promise.all(environments.map((environment) => isSetUpFor(environment, ports)));
    const now = pinsOf(rows);
    if (pins !== undefined && pins !== now) {
      // A platform told of a change: what the registry said a minute ago is no match for it.
      ports.expire();
      rows = await readRows();
    }
    pins = pinsOf(rows);
    const shown = environments.filter((_name, position) => isSetUp[position]);
    const isAny = shown.length > 0;
    const kept = (_: unknown, position: number) => !isAny || isSetUp[position] === true;
    return {
      at: ports.now(),
      environments: isAny ? shown : environments,
      rows: rows.map(({ service, cells }) => ({ service, cells: cells.filter(kept) })),
      missing: isAny ? environments.filter((name) => !shown.includes(name)) : [],
    };
  };
}

async function isSetUpFor(environment: Environment, { services, open }: BoardPorts): Promise<boolean> {
  const opened = await Promise.all(
    services.map((service) =>
      open(service, environment).then(
        () => true,
        (error: unknown) => {
          if (!(error instanceof DeliveryError)) throw error;
          return !hasCode(error, 'OPTIONS_INVALID');
        },
      ),
    ),
  );
  return opened.includes(true);
}
