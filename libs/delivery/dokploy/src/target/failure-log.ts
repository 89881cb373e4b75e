import { formatReference, type PinnedReference, reasonOf, redact } from '@ehr/delivery-core';
import type { PinnedService } from './pinned-service.ts';
import { entriesOf } from './variables.ts';

const LINES = 40;
const CHARACTERS = 4_000;

/** The last lines of a log, without the frame Dokploy draws and without secrets. Never throws: it adds to a failure. */
export async function readableLog(
  service: PinnedService,
  image: PinnedReference,
  readLog: () => Promise<string>,
): Promise<string> {
  try {
    const { secrets } = await service.read();
    const log = await readLog();
    // What the reference says in public anyway stays readable.
    const known = secrets.flatMap(secretParts).filter((value) => !formatReference(image).includes(value));
    const clean = redact(log, known);
    const lines = clean.split('\n').filter((line) => line.trim() !== '' && !/^[╔║╚]/.test(line));
    const end = lines.slice(-LINES).join('\n').slice(-CHARACTERS);
    return end === '' ? '(it is empty)' : end;
  } catch (error) {
    return `(it could not be read: ${reasonOf(error)})`;
  }
}

/** What of an environment text belongs in no log: every value, because a secret need not have the name of one. */
export function secretsOf(environment: string): string[] {
  return entriesOf(environment).map(([, value]) => value);
}

/** A secret as it may turn up in a log: whole, its lines, and the password out of an address, as written and decoded. */
function secretParts(value: string): string[] {
  const passwords = passwordsIn(value);
  return [value, ...value.split(/\\n|\r?\n/), ...passwords, ...passwords.map(decoded)];
}

function passwordsIn(address: string): string[] {
  return [...address.matchAll(/:\/\/[^\s/:@]*:([^\s/@]+)@/g)].map(([, password = '']) => password);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A lone per cent sign: it was never encoded.
  }
}
