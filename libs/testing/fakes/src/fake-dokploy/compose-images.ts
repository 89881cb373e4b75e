import { parse as parseVariables } from 'dotenv';
import { parse as parseYaml } from 'yaml';

/** The images of a compose, or what `docker compose` prints when it runs nothing. */
export type ImagesOrError = { readonly images: Record<string, string> } | { readonly error: string };

/** The images a compose file names with this environment text; the errors are those of `docker compose`. */
export function composeImages(composeFile: string, env: string): ImagesOrError {
  const variables = parseVariables(env);
  let services: Record<string, { image?: string }>;
  try {
    services = (parseYaml(composeFile) as { services?: typeof services } | null)?.services ?? {};
  } catch {
    return { error: 'yaml: line 1: mapping values are not allowed in this context' };
  }
  if (Object.keys(services).length === 0) return { error: 'empty compose file' };
  const images: Record<string, string> = {};
  for (const [name, { image = '' }] of Object.entries(services)) {
    const missing: string[] = [];
    images[name] = image.replaceAll(
      /\$\{(\w+)(?:(:?[-?])([^}]*))?\}/g,
      (_, variable: string, operator: string = '', rest: string = '') => {
        const value = variables[variable];
        if (value !== undefined && (value !== '' || !operator.startsWith(':'))) return value;
        if (operator.endsWith('?')) missing.push(`${variable} is missing a value: ${rest}`);
        return operator.endsWith('-') ? rest : '';
      },
    );
    if (missing.length > 0)
      return { error: `error while interpolating services.${name}.image: required variable ${missing[0]}` };
  }
  return { images };
}
