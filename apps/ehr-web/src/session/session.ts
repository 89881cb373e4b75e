/** Somebody who is signed in, as this service keeps them. */
export interface Session {
  readonly person: { readonly name: string; readonly subject: string };
  readonly tokens: Tokens;
}

export interface Tokens {
  readonly access: string;
  readonly refresh: string | null;
  /** When the access token ends; milliseconds. */
  readonly expires: number;
}

/** http://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html: letters of cruds, for each type; and `$break-glass`. */
export type May = Readonly<Record<string, string>>;

/** Whose pages are shown. */
export type Visitor =
  | { readonly kind: 'signed-in'; readonly holder: string; readonly session: Session; readonly may: May }
  | { readonly kind: 'signed-out' }
  /** A record service that lets everybody in. */
  | { readonly kind: 'open' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'misconfigured' };

/** What pages offer by: the types that they show. */
export const shownTypes = ['Patient'];

/** Whether somebody may do this with resources of a type. What they are shown may not be done, the record service refuses all the same. */
export function mayDo(visitor: Visitor, type: string, letter: 'c' | 'r' | 'u' | 'd' | 's'): boolean {
  if (visitor.kind === 'open') return true;
  return visitor.kind === 'signed-in' && (visitor.may[type] ?? '').includes(letter);
}

/** Whether somebody may open a patient's restricted records, by saying why. */
export function mayBreakGlass(visitor: Visitor): boolean {
  return visitor.kind === 'signed-in' && visitor.may['$break-glass'] !== undefined;
}
