/** Hears a value that a search expression finds: plain JSON, the name of its type, and of a reference the type asked for. */
type Out = (value: unknown, type: string, refersTo?: string) => void;

/** A search parameter of one type, as HL7 defines it. */
export interface GeneratedParameter {
  /** `Resource` and `DomainResource` for what all types have. */
  readonly type: string;
  readonly name: string;
  readonly kind:
    'number' | 'date' | 'string' | 'token' | 'reference' | 'composite' | 'quantity' | 'uri' | 'special';
  /** Canonical address of the definition, behind `http://hl7.org/fhir/SearchParameter/`. */
  readonly definition: string;
  /** FHIRPath. */
  readonly expression: string;
  /** Of a reference: the types it may lead to, where it may not lead to all. */
  readonly targets?: readonly string[];
  /** Of a composite: its parts, with their paths from what the expression finds. */
  readonly components?: readonly { readonly name: string; readonly expression: string }[];
  /** Finds the values in a valid resource; null where nobody compiled the expression. */
  readonly values: ((resource: Readonly<Record<string, unknown>>, out: Out) => void) | null;
}
