/** The header by which a request tells a page which of them is its own; whatever came from outside is overwritten. */
export const OWN_RESPONSE = 'ehr-own-response';

const KEY = Symbol.for('ehr-web.open-responses');

/**
 * The responses of this process whose head is not sent yet, by the number that their request was given. They hang on the process:
 * what starts the server and what Next builds have a copy of this module each.
 */
export function openResponses(): Map<string, { statusCode: number }> {
  const process = globalThis as { [KEY]?: Map<string, { statusCode: number }> };
  return (process[KEY] ??= new Map<string, { statusCode: number }>());
}
