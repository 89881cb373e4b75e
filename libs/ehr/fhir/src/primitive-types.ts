import { isDayOf } from './date-range.ts';

/** A FHIR primitive: the JSON type that carries it and the rule for its value. */
export interface PrimitiveType {
  readonly json: 'string' | 'boolean' | 'number';
  readonly accepts: (value: string | number | boolean) => boolean;
  /** Completes the sentence "must be …". */
  readonly rule: string;
}

/** http://hl7.org/fhir/R4/datatypes.html#primitive. A Map, because `constructor` is no primitive. */
export const primitiveTypes: ReadonlyMap<string, PrimitiveType> = new Map([
  ['boolean', { json: 'boolean', accepts: () => true, rule: 'true or false, without quotes' }],
  ['decimal', { json: 'number', accepts: () => true, rule: 'a number' }],
  ['integer', integer(-(2 ** 31), 'a whole number of 32 bits')],
  ['unsignedInt', integer(0, 'a whole number, 0 or more')],
  ['positiveInt', integer(1, 'a whole number, 1 or more')],
  ['string', text(/\S/u, 'text that is not blank, without control characters')],
  ['markdown', text(/\S/u, 'text that is not blank, without control characters')],
  ['xhtml', text(/\S/u, 'XHTML in one <div>, without control characters')],
  ['code', text(/^\S+( \S+)*$/u, 'a code without spaces at the ends or two in a row')],
  ['id', text(/^[A-Za-z0-9\-.]{1,64}$/u, '1 to 64 letters, digits, "-" or "."')],
  ['uri', text(/^\S+$/u, 'a URI without spaces')],
  ['url', text(/^\S+$/u, 'a URL without spaces')],
  ['canonical', text(/^\S+$/u, 'a canonical URL without spaces')],
  ['oid', text(/^urn:oid:[0-2](\.(0|[1-9]\d*))+$/u, 'an OID such as urn:oid:1.2.3')],
  ['uuid', text(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u, 'a UUID in the form urn:uuid:…')],
  ['base64Binary', text(/^(\s*[A-Za-z0-9+/=]){4,}\s*$/u, 'base64')],
  ['time', text(/^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?$/u, 'a time hh:mm:ss')],
  ['date', text(isDate, 'a date YYYY, YYYY-MM or YYYY-MM-DD that exists')],
  ['dateTime', text(isDateTime, 'a date, or a date and time with seconds and a zone, that exists')],
  ['instant', text(isInstant, 'a date and time with seconds and a zone')],
]);

function isDate(value: string): boolean {
  const parts = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/u.exec(value);
  if (!parts || parts[1] === '0000') return false;
  const [, year = '', month = '01', day = '01'] = parts;
  return isDayOf(year, month, day);
}

function isDateTime(value: string): boolean {
  return value.includes('T') ? isInstant(value) : isDate(value);
}

function isInstant(value: string): boolean {
  const parts =
    /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/u.exec(
      value,
    );
  return parts !== null && isDate(parts[1] ?? '');
}

function text(rule: RegExp | ((value: string) => boolean), words: string): PrimitiveType {
  const matches = typeof rule === 'function' ? rule : (value: string) => rule.test(value);
  return {
    json: 'string',
    accepts: (value) => typeof value === 'string' && isStorable(value) && matches(value),
    rule: words,
  };
}

/**
 * FHIR forbids control characters other than tab, line feed and carriage return; PostgreSQL can hold neither
 * a NUL nor half of a surrogate pair.
 */
function isStorable(value: string): boolean {
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/u.test(value) && value.isWellFormed();
}

function integer(min: number, words: string): PrimitiveType {
  return {
    json: 'number',
    accepts: (value) => Number.isInteger(value) && Number(value) >= min && Number(value) < 2 ** 31,
    rule: words,
  };
}
