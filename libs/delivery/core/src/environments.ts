/** One word for the Nx configuration, the moving tag, the env-file suffix and the GitHub environment. */
export const environments = ['local', 'dev', 'staging', 'prod'] as const;

/** Name of an environment. */
export type Environment = (typeof environments)[number];
