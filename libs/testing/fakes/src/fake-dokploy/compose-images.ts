import { parse as parseVariables } from 'dotenv';
import { parse as parseYaml } from 'yaml';
import { interpolate } from './interpolate.ts';

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
    const { text, missing } = interpolate(image, variables);
    // Seen with Compose 2.26.1: a profile that is an empty text is one that is not switched on.
    const own = profiles.map((profile) => interpolate(profile, variables).text);
    if (own.length === 0 || own.some((one) => one !== '' && active.includes(one))) images[name] = text;
    if (missing.length > 0)
      return { error: `error while interpolating services.${name}.image: required variable ${missing[0]}` };
  }
  return { images };
}
