import { StartError } from './start-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment with each of these variables, which `<NAME>_FILE` may give as the path of a file that holds the value
 * alone, as Docker mounts secrets: `DATABASE_URL_FILE=/run/secrets/database-url`. A last line break is not part of it.
 * @throws StartError BAD_ENVIRONMENT for a file that cannot be read or is empty, and when both are set; it repeats no value
 */
export function secretsFromFiles(
  environment: Environment,
  names: readonly string[],
  read: (path: string) => string,
): Environment {
  const values = names.flatMap((name) => {
    const path = environment[`${name}_FILE`] ?? '';
    if (path === '') return [];
    if ((environment[name] ?? '') !== '') throw bad(`${name} and ${name}_FILE are both set; leave one out`);
    return [[name, contentOf(`${name}_FILE`, path, read)] as const];
  });
  return { ...environment, ...Object.fromEntries(values) };
}

function contentOf(name: string, path: string, read: (path: string) => string): string {
  let text: string;
  try {
    text = read(path);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw bad(`${name} is ${path}, which cannot be read (${code}); mount the secret there`);
  }
  const value = text.replace(/\r?\n$/u, '');
  if (value === '') throw bad(`${name} is ${path}, which is empty`);
  return value;
}

function bad(problem: string): StartError {
  return new StartError('BAD_ENVIRONMENT', 'setting', `The environment has a bad variable: ${problem}.`);
}
