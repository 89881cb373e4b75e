import { isResourceType, typeDefinition } from './definitions.ts';
import { problemOfNarrative } from './narrative/problem-of-narrative.ts';
import type { Issue } from './operation-outcome.ts';
import { type PrimitiveType, primitiveTypes } from './primitive-types.ts';
import type { ElementDefinition, TypeDefinition } from './type-definition.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Deeper nesting than any real record has; keeps a hostile body from exhausting the stack. */
const MAX_DEPTH = 32;
const MAX_ISSUES = 50;

/**
 * Everything that is wrong with `value` as a resource of this type, in document order, at most 50 issues. Strict: an
 * element that HL7's definitions do not have is an error. Diagnostics never repeat a value.
 */
export function validateResource(value: unknown, resourceType: string): readonly Issue[] {
  const issues: Issue[] = [];
  checkObject(value, resourceType, resourceType, { issues, depth: 0 });
  return issues.slice(0, MAX_ISSUES);
}

interface Walk {
  readonly issues: Issue[];
  readonly depth: number;
}

function checkObject(value: unknown, typeName: string, path: string, walk: Walk): void {
  if (walk.issues.length > MAX_ISSUES) return;
  if (walk.depth > MAX_DEPTH)
    return report(walk, 'too-costly', path, `is nested deeper than ${MAX_DEPTH} levels`);
  if (!isObject(value)) return report(walk, 'structure', path, 'must be a JSON object');
  if (Object.keys(value).length === 0) return report(walk, 'structure', path, 'is empty; leave it out');
  const inner = { ...walk, depth: walk.depth + 1 };
  if (typeName === 'Resource') return checkInnerResource(value, path, inner);
  const definition = typeDefinition(typeName);
  if (!definition) throw new Error(`There is no type "${typeName}" (needed at ${path}).`);
  for (const key of Object.keys(value)) {
    if (key === 'resourceType' && isResourceType(typeName))
      checkResourceType(value[key], typeName, path, walk);
    else checkElement(value, key, definition, path, inner);
  }
  if (isResourceType(typeName) && !Object.hasOwn(value, 'resourceType'))
    report(walk, 'required', `${path}.resourceType`, 'is required; add it');
  checkPresence(value, definition, path, walk);
  for (const rule of definition.rules)
    if (!rule.holds(value)) report(walk, 'invariant', path, `breaks rule ${rule.id}: ${rule.says}`);
}

/** A contained resource, one in a bundle or in a list of parameters: of whatever type it says. */
function checkInnerResource(value: JsonObject, path: string, walk: Walk): void {
  const type = value['resourceType'];
  if (typeof type === 'string' && isResourceType(type)) return checkObject(value, type, path, walk);
  report(walk, 'value', `${path}.resourceType`, 'must be the name of a type of resource');
}

function checkResourceType(value: unknown, typeName: string, path: string, walk: Walk): void {
  if (value !== typeName) report(walk, 'value', `${path}.resourceType`, `must be ${typeName}`);
}

function checkElement(owner: JsonObject, key: string, type: TypeDefinition, path: string, walk: Walk): void {
  const extendsPrimitive = key.startsWith('_');
  const definition = type.elements.get(extendsPrimitive ? key.slice(1) : key);
  const at = `${path}.${key}`;
  if (!definition || (extendsPrimitive && !primitiveTypes.has(definition.type)))
    return report(walk, 'structure', at, 'is not an element this type has; remove it or correct its name');
  const values = owner[key];
  const checkOne = (value: unknown, where: string) =>
    extendsPrimitive
      ? checkObject(value, 'Element', where, walk)
      : checkValue(value, definition, where, walk);
  if (!definition.many) return checkOne(values, at);
  if (!Array.isArray(values)) return report(walk, 'structure', at, 'must be a JSON array');
  if (values.length === 0) return report(walk, 'structure', at, 'is an empty array; leave it out');
  values.forEach((value: unknown, index) => {
    // In lists of primitives, null keeps the place of a value whose other half is in the twin list.
    const twin = owner[extendsPrimitive ? key.slice(1) : `_${key}`];
    const hasTwin = Array.isArray(twin) && twin[index] !== null && twin[index] !== undefined;
    if (!(value === null && hasTwin)) checkOne(value, `${at}[${index}]`);
  });
}

function checkValue(value: unknown, definition: ElementDefinition, path: string, walk: Walk): void {
  const primitive = primitiveTypes.get(definition.type);
  if (!primitive) return checkObject(value, definition.type, path, walk);
  if (typeof value !== primitive.json || !primitive.accepts(value as string))
    return report(walk, 'value', path, `must be ${describe(primitive, definition)}`);
  if (definition.type === 'xhtml') checkNarrative(value as string, path, walk);
  if (definition.codes && !definition.codes.includes(value as string))
    report(walk, 'value', path, `must be ${describe(primitive, definition)}`);
}

function checkNarrative(xhtml: string, path: string, walk: Walk): void {
  const problem = problemOfNarrative(xhtml);
  if (problem) report(walk, 'invariant', path, `breaks rule ${problem.rule}: ${problem.says}`);
}

function describe(primitive: PrimitiveType, { codes }: ElementDefinition): string {
  return codes ? `one of ${codes.join(', ')}` : primitive.rule;
}

function checkPresence(
  value: JsonObject,
  { required, choices }: TypeDefinition,
  path: string,
  walk: Walk,
): void {
  const hasTwins = Object.keys(value).some((key) => key.startsWith('_'));
  const isThere = (name: string) =>
    Object.hasOwn(value, name) || (hasTwins && Object.hasOwn(value, `_${name}`));
  for (const name of required)
    if (!isThere(name)) report(walk, 'required', `${path}.${name}`, 'is required; add it');
  for (const choice of choices) {
    const count = choice.elements.filter(isThere).length;
    const at = `${path}.${choice.name}`;
    if (count > 1) report(walk, 'structure', at, 'may have one type only; keep one');
    if (count === 0 && choice.required)
      report(walk, 'required', at, 'is required in one of its types; add it');
  }
}

function report(walk: Walk, code: Issue['code'], path: string, says: string): void {
  walk.issues.push({ code, expression: safePath(path), diagnostics: `${safePath(path)} ${says}.` });
}

/** An unknown element's name comes from the sender: show it only where it cannot be data. */
function safePath(path: string): string {
  return path.replaceAll(/[^\w.[\]]/gu, '?').slice(0, 200);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
