/** A text of a compose file with these variables in it, as docker compose fills it in, and what it complains of. */
export function interpolate(
  text: string,
  variables: Readonly<Record<string, string>>,
): { readonly text: string; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const filled = text.replaceAll(
    /\$\{(\w+)(?:(:?[-?+])([^}]*))?\}/g,
    (_, variable: string, operator: string = '', rest: string = '') => {
      const value = variables[variable];
      const isSet = value !== undefined && (value !== '' || !operator.startsWith(':'));
      if (operator.endsWith('+')) return isSet ? rest : '';
      if (isSet) return value;
      if (operator.endsWith('?')) missing.push(`${variable} is missing a value: ${rest}`);
      return operator.endsWith('-') ? rest : '';
    },
  );
  return { text: filled, missing };
}
