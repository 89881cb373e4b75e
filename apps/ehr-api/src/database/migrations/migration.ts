/** A change of the schema, applied once. */
export interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}
