import { parse as parseVariables } from 'dotenv';
import { parse as parseYaml } from 'yaml';

/** The images of a compose, or what `docker compose` prints when it runs nothing. */
export type ImagesOrError = { readonly images: Record<string, string> } | { readonly error: string };

/** The images a compose file names with this environment text; the errors are those of `docker compose`. */
export function composeImages(composeFile: string, env: string): ImagesOrError {
  const variables = parseVariables(env);
  let services: Record<string, { image?: string; profiles?: readonly string[] }>;
  try {
    services = (parseYaml(composeFile) as { services?: typeof services } | null)?.services ?? {};
  } catch {
    return { error: 'yaml: line 1: mapping values are not allowed in this context' };
  }
  if (Object.keys(services).length === 0) return { error: 'empty compose file' };
  const images: Record<string, string> = {};
  const active = (variables['COMPOSE_PROFILES'] ?? '').split(',');
  for (const [name, { image = '', profiles = [] }] of Object.entries(services)) {
    const missing: string[] = [];
    const filled = (text: string) =>
      text.replaceAll(
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
    const found = filled(image);
    // Seen with Compose 2.26.1: a profile that is an empty text is one that is not switched on.
    const isActive =
      profiles.length === 0 || profiles.some((one) => filled(one) !== '' && active.includes(filled(one)));
    if (isActive) images[name] = found;
    if (missing.length > 0)
      return { error: `error while interpolating services.${name}.image: required variable ${missing[0]}` };
  }
  return { images };
}
