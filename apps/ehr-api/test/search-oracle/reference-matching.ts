import { type Found, isType, type Parameter, type Resource, valuesOf } from './definitions.ts';
import { type Matcher, tokenMatcher, unescape } from './text-matching.ts';

const ID = /^[A-Za-z0-9.-]{1,64}$/u;

/** `Type/id` of a resource on this server that a reference leads to; which version is asked for does not matter. */
export function targetOf(value: unknown): string | undefined {
  const reference = (value as { readonly reference?: unknown } | null)?.reference;
  if (typeof reference !== 'string') return undefined;
  const [type = '', id = '', history = '_history', ...rest] = reference.split('/');
  const isLocal = isType(type) && ID.test(id) && history === '_history' && rest.length < 2;
  return isLocal ? `${type}/${id}` : undefined;
}

/** What a resource refers to by a parameter, of this server. */
export function targetsOf(resource: Resource, parameter: Parameter): readonly string[] {
  return valuesOf(resource, parameter).flatMap(({ value }) => targetOf(value) ?? []);
}

/**
 * An id, `Type/id`, the whole address on this server, an address elsewhere, or, of an element that is canonical, a url with or
 * without its version. A bare id means resources of this server alone. With a type as modifier: an id of that type.
 */
export function referenceMatcher(
  text: string,
  modifier: string | undefined,
  { targets }: Parameter,
  base: string,
): Matcher | undefined {
  if (modifier === 'identifier') {
    const isIt = tokenMatcher(text);
    return isIt && (({ value }) => {
      const identifier = (value as { readonly identifier?: unknown } | null)?.identifier;
      return identifier !== undefined && isIt({ value: identifier, type: 'Identifier' });
    }); // prettier-ignore
  }
  const whole = unescape(text);
  const asked = whole.startsWith(`${base}/`) ? whole.slice(base.length + 1) : whole;
  if (ID.test(asked)) {
    const allowed = modifier === undefined ? targets : [modifier];
    return (found) => {
      const [type = '', id] = targetOf(found.value)?.split('/') ?? [];
      return id === asked && (allowed.length === 0 || allowed.includes(type));
    };
  }
  const target = targetOf({ reference: asked });
  if (target !== undefined)
    return modifier === undefined || target.startsWith(`${modifier}/`)
      ? ({ value }) => targetOf(value) === target
      : () => false;
  return /^[a-z][a-z0-9+.-]*:/iu.test(whole) ? (found) => isAddress(found, whole) : undefined;
}

function isAddress({ value }: Found, asked: string): boolean {
  if (typeof value !== 'string') return (value as { readonly reference?: unknown }).reference === asked;
  return value === asked || value.split('|')[0] === asked;
}
