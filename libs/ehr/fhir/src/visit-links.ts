import { typeDefinition } from './definitions.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** A text of a resource that leads somewhere. */
export interface Link {
  /** `reference`: literal, of a Reference · `uri`: of an element of type uri, url, canonical, oid or uuid. */
  readonly kind: 'reference' | 'uri';
  readonly value: string;
  /** From the resource: `subject.reference`, `performer[0].reference`. */
  readonly path: string;
}

const URIS = new Set(['uri', 'url', 'canonical', 'oid', 'uuid']);

/**
 * Every link of a valid resource, wherever its definitions say that one is; of a bundle's or a Parameters' inner resources
 * none, for they are documents of their own.
 */
export function linksOf(resource: JsonObject): readonly Link[] {
  const links: Link[] = [];
  visit(resource, String(resource['resourceType']), '', links);
  return links;
}

function visit(object: JsonObject, typeName: string, path: string, links: Link[]): void {
  const elements = typeDefinition(typeName)?.elements;
  if (elements === undefined) return;
  for (const key of Object.keys(object)) {
    const element = elements.get(key.startsWith('_') ? key.slice(1) : key);
    if (element === undefined) continue;
    const value = object[key];
    const at = path === '' ? key : `${path}.${key}`;
    const type = key.startsWith('_') ? 'Element' : element.type;
    if (Array.isArray(value))
      value.forEach((one: unknown, index) => visitValue(one, type, typeName, `${at}[${index}]`, links));
    else visitValue(value, type, typeName, at, links);
  }
}

function visitValue(value: unknown, type: string, owner: string, path: string, links: Link[]): void {
  if (typeof value === 'string') {
    if (owner === 'Reference' && path.endsWith('.reference')) links.push({ kind: 'reference', value, path });
    else if (URIS.has(type)) links.push({ kind: 'uri', value, path });
  } else if (typeof value === 'object' && value !== null) {
    const inner = type === 'Resource' ? innerType(value as JsonObject, path) : type;
    if (inner !== undefined) visit(value as JsonObject, inner, path, links);
  }
}

function innerType({ resourceType }: JsonObject, path: string): string | undefined {
  return path.startsWith('contained[') && typeof resourceType === 'string' ? resourceType : undefined;
}
