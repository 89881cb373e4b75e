/** The process environment, or a stand-in for it; an unset variable is undefined. */
export type ProcessEnv = Readonly<Record<string, string | undefined>>;
