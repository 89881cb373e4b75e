/** SQL: by what rows of the audit are found that are about somebody or something with this id, among others. */
export function subjectKey(tenant: string, id: string): string {
  return `hashtextextended((${tenant})::text || '/' || ${id}, 0)`;
}
