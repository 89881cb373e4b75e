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
  /** The FHIR types of what it finds. */
  readonly finds: readonly string[];
  /** It may find several values in one resource. */
  readonly many?: true;
  /** Of a composite: the type of the element that it finds. */
  readonly element?: string;
  /** Of a composite: its parts. */
  readonly parts?: readonly GeneratedPart[];
  /** Finds the values in a valid resource; null where nobody compiled the expression. */
  readonly values: ((resource: Readonly<Record<string, unknown>>, out: Out) => void) | null;
}

/** A part of a composite search parameter: what it finds in the composite's element `e` of a resource `r`. */
interface GeneratedPart {
  /** Of the parameter that it is a part by. */
  readonly name: string;
  readonly kind: GeneratedParameter['kind'];
  /** FHIRPath, from the element. */
  readonly expression: string;
  readonly values: (element: Json, resource: Json, out: Out) => void;
}

type Json = Readonly<Record<string, unknown>>;
