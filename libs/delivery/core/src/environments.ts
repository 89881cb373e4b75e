/** One word for the Nx configuration, the moving tag, the env-file suffix and the GitHub environment. */
export const environments = ['local', 'dev', 'staging', 'prod'] as const;

/** Name of an environment. */
export type Environment = (typeof environments)[number];

/** The branch whose pushes an environment gets; a laptop's own environment gets whatever is checked out. */
export function branchOf(environment: Environment): string | null {
  return { local: null, dev: 'develop', staging: 'staging', prod: 'main' }[environment];
}
