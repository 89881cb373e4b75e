import { hash } from 'node:crypto';
import { resourceTypes } from '@ehr/fhir/server';

/** The number of a type in the database, the same in every database and release: made of its name. */
export const typeId = (type: string): number => idOf(type);

/** The number of a type's search parameter in the database. */
export const paramId = (type: string, parameter: string): number => idOf(`${type}.${parameter}`);

let names: ReadonlyMap<number, string> | undefined;

/** The type that has this number. */
export function typeOf(id: number): string {
  names ??= new Map(resourceTypes().map((type) => [typeId(type), type]));
  return names.get(id) ?? '';
}

const known = new Map<string, number>();

/** 32 bits, signed; `ids.spec.ts` sees that no two names have the same. */
function idOf(name: string): number {
  let found = known.get(name);
  if (found === undefined) {
    found = Buffer.from(hash('sha256', name), 'hex').readInt32BE();
    known.set(name, found);
  }
  return found;
}
