/** A column and its type. */
export type Column = readonly [name: string, type: string];

/*
 * Rows are sent as one text for each column, which the database takes apart: an array of numbers as PostgreSQL writes it, and
 * texts between separators that no valid resource holds. Nothing has to be escaped, and both databases read it alike.
 */
const SEPARATOR = '\u001e';
const NULL = '\u0007';

/** The parameter `$n` as the array that `textsOf` or `texts` made of a column. */
export function array(parameter: string, type: string): string {
  return type === 'text'
    ? `string_to_array(${parameter}::text, E'\\x1e', E'\\x07')`
    : `${parameter}::text::${type}[]`;
}

/** An insert of rows, their columns from `$first` on, the tenant as `$1`, and what all of them have, or SQL of the row `u`. */
export function insertion(
  table: string,
  columns: readonly Column[],
  first: number,
  constant: Readonly<Record<string, number | string>> = {},
): string {
  const names = columns.map(([name]) => name).join(', ');
  const arrays = columns.map(([, type], index) => array(`$${first + index}`, type)).join(', ');
  const all = ['tenant_id', ...Object.keys(constant)].join(', ');
  const values = ['$1::smallint', ...Object.values(constant)].join(', ');
  return `insert into ${table} (${all}, ${names}) select ${values}, u.* from unnest(${arrays}) as u (${names})`;
}

/** The values of columns, a text for each. */
export function textsOf(
  columns: readonly Column[],
  values: readonly (readonly (string | number | null)[])[],
): readonly string[] {
  return columns.map(([, type], index) => {
    const own = values[index] ?? [];
    return type === 'text' ? texts(own) : `{${withNulls(own, 'null').join(',')}}`;
  });
}

/** Texts as one; none of them is empty. */
export function texts(values: readonly (string | number | null)[]): string {
  return withNulls(values, NULL).join(SEPARATOR);
}

function withNulls(values: readonly (string | number | null)[], word: string) {
  return values.includes(null) ? values.map((value) => value ?? word) : values;
}
