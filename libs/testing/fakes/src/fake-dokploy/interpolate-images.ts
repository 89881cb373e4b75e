import { parse } from 'yaml';
import { readEnvText } from './read-env-text.ts';

export type ImagesOrError =
  | { readonly images: Record<string, string> }
  /** What `docker compose` prints, without running anything. */
  | { readonly error: string };

/** The images a compose file names with this environment text; the errors are those of `docker compose`. */
export function interpolateImages(composeFile: string, env: string): ImagesOrError {
  const variables = readEnvText(env);
  let services: Record<string, { image?: string }>;
  try {
    const document = parse(composeFile) as { services?: Record<string, { image?: string }> } | null;
    services = document?.services ?? {};
  } catch {
    return { error: 'yaml: line 1: mapping values are not allowed in this context' };
  }
  if (Object.keys(services).length === 0) return { error: 'empty compose file' };
  const images: Record<string, string> = {};
  for (const [name, { image = '' }] of Object.entries(services)) {
    const missing: string[] = [];
    images[name] = image.replaceAll(
      /\$\{(\w+)(?:(:?[-?])([^}]*))?\}/g,
      (_, variable: string, operator: string | undefined, text: string | undefined) => {
        const value = variables.get(variable);
        if (value !== undefined && (value !== '' || operator?.[0] !== ':')) return value;
        if (operator?.endsWith('?') === true) missing.push(`${variable} is missing a value: ${text ?? ''}`);
        return operator?.endsWith('-') === true ? (text ?? '') : '';
      },
    );
    const [first] = missing;
    if (first !== undefined) {
      return { error: `error while interpolating services.${name}.image: required variable ${first}` };
    }
  }
  return { images };
}
