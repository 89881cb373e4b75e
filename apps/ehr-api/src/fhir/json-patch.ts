import { applyPatch as applyOperations, type Operation } from 'rfc6902';
import { refusal } from './fhir-error.ts';

declare global {
  interface JSON {
    /** In Node since 21 (https://github.com/tc39/proposal-json-parse-with-source). */
    rawJSON(text: string): unknown;
  }
}

/** A number whose text is not what JavaScript would print, while a patch is applied; no valid resource has a NUL. */
const NUMBER = '\u0000number:';

/** A patch's text, its numbers kept as they are written. @throws FhirError 400 */
export function parsePatch(text: string): unknown {
  // Nothing that is stored holds one, and it marks our numbers.
  if (/\\u0000/u.test(text)) throw refusal(400, 'value', 'The patch holds a NUL; take it out.');
  return JSON.parse(text, keepNumber);
}

/**
 * The resource after a JSON Patch (RFC 6902), as text and as value; every number keeps its text.
 * @throws FhirError 400 for a patch that is none, 422 for one that cannot be applied
 */
export function applyPatch(
  content: string,
  patch: unknown,
): { readonly text: string; readonly value: unknown } {
  if (!isPatch(patch))
    throw refusal(400, 'structure', 'A JSON Patch is a list of objects with op and path (RFC 6902).');
  const resource = JSON.parse(content, keepNumber) as object;
  const failures = applyOperations(resource, structuredClone(patch) as Operation[]);
  const index = failures.findIndex((failure) => failure !== null);
  if (index !== -1)
    throw refusal(
      422,
      'processing',
      `Operation ${index} of the patch cannot be applied: ${reasonOf(failures[index])}. Nothing was changed.`,
    );
  const text = JSON.stringify(resource, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(NUMBER) ? JSON.rawJSON(value.slice(NUMBER.length)) : value,
  );
  return { text, value: JSON.parse(text) };
}

function keepNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' && context?.source !== undefined && context.source !== String(value)
    ? `${NUMBER}${context.source}`
    : value;
}

function reasonOf(failure: { readonly name: string } | null | undefined): string {
  return failure?.name === 'TestError' ? 'its test fails' : 'there is nothing at its path';
}

const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test'];

function isPatch(patch: unknown): boolean {
  return (
    Array.isArray(patch) &&
    patch.every((operation: unknown) => {
      const { op, path, from = '' } = (operation ?? {}) as Record<string, unknown>;
      const isPath = (one: unknown) => typeof one === 'string' && (one === '' || one.startsWith('/'));
      return typeof op === 'string' && OPERATIONS.includes(op) && isPath(path) && isPath(from);
    })
  );
}
