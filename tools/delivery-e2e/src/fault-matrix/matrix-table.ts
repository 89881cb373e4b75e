import { columnOf } from './request-kind.ts';

/** What of how many cells was as it should be, by row and column. */
export class MatrixTable {
  readonly #cells = new Map<string, Map<string, { ok: number; all: number }>>();

  add(row: string, kind: string, problems: readonly string[]): void {
    const columns = this.#cells.get(row) ?? new Map<string, { ok: number; all: number }>();
    const cell = columns.get(columnOf(kind)) ?? { ok: 0, all: 0 };
    cell.all += 1;
    if (problems.length === 0) cell.ok += 1;
    this.#cells.set(row, columns.set(columnOf(kind), cell));
  }

  render(): string {
    const columns = [...new Set([...this.#cells.values()].flatMap((row) => [...row.keys()]))].sort();
    const line = (head: string, cells: readonly string[]) =>
      `${head.padEnd(30)}${cells.map((cell) => cell.padStart(17)).join('')}`.trimEnd();
    const sorted = [...this.#cells].sort(([a], [b]) => (a < b ? -1 : 1));
    const rows = sorted.map(([name, cells]) =>
      line(
        name,
        columns.map((column) => {
          const cell = cells.get(column);
          return cell === undefined ? '' : `${cell.ok} of ${cell.all}`;
        }),
      ),
    );
    return [line('fault', columns), ...rows].join('\n');
  }
}
