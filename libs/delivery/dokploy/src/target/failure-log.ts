import { formatReference, reasonOf, redact, type PinnedReference } from '@ehr/delivery-core';
import type { PinnedService } from './pinned-service.ts';
import { secretParts } from './secret-parts.ts';

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
