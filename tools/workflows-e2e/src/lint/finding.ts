/** Something wrong, by the name of the check that saw it. */
export interface Finding {
  readonly rule: string;
  /** Relative to the workspace. */
  readonly file: string;
  readonly line?: number;
  readonly says: string;
}

/** A text and where it lies, relative to the workspace. */
export interface SourceFile {
  readonly path: string;
  readonly content: string;
}
