/** The lines of a table in Markdown, and an empty one after it. */
export function markdownTable(head: readonly string[], rows: readonly (readonly unknown[])[]): string[] {
  return [
    `| ${head.join(' | ')} |`,
    `|${head.map(() => ' --- |').join('')}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ];
}
