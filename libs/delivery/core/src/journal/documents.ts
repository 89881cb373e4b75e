/** Texts under tags of a registry's repository. */
export interface Documents {
  /** The tags that begin with `prefix`, from `from` on and before `before`, in order. None where there is no repository. */
  list(prefix: string, from: string, before?: string): Promise<readonly string[]>;
  /** Null when there is no such tag, or it names something else. */
  read(tag: string): Promise<string | null>;
  /** Under a new tag, or instead of what the tag named. */
  write(tag: string, text: string): Promise<void>;
  /** False when the registry does not let it go. */
  remove(tag: string): Promise<boolean>;
}
