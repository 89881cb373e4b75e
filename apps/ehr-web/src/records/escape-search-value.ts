/** FHIR search gives meaning to four characters; a backslash makes text of them. */
export function escapeSearchValue(value: string): string {
  return value.replaceAll(/[\\,|$]/gu, String.raw`\$&`);
}
