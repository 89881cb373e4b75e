/** One element of a FHIR type. */
export interface ElementDefinition {
  /** A primitive (`date`) or complex type (`HumanName`). */
  readonly type: string;
  readonly required?: true;
  readonly many?: true;
  /** Shown by `_summary=true`. */
  readonly summary?: true;
  /** The codes of a required binding. */
  readonly codes?: readonly string[];
  /** The name of the choice it belongs to (`deceased[x]`); at most one element of a choice may be there. */
  readonly choice?: string;
  /** Of a reference: the types it may lead to. */
  readonly targets?: readonly string[];
}

/** What JSON object of this type may hold. */
export interface TypeDefinition {
  readonly elements: ReadonlyMap<string, ElementDefinition>;
  /** Elements that are required and belong to no choice. */
  readonly required: readonly string[];
  readonly choices: readonly Choice[];
  readonly rules: readonly Rule[];
}

/** An element that is of one of several types. */
interface Choice {
  /** `deceased` */
  readonly name: string;
  /** `deceasedBoolean`, `deceasedDateTime` */
  readonly elements: readonly string[];
  readonly required: boolean;
}

/** An invariant of the specification. */
export interface Rule {
  readonly id: string;
  readonly holds: (value: Readonly<Record<string, unknown>>) => boolean;
  /** What is wrong and how to mend it. */
  readonly says: string;
}
