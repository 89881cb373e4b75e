/** Time as the target sees it: injected, so that tests wait for nothing. */
export interface Timing {
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** Between two looks at Dokploy. */
  readonly pollMs: number;
  /** How long a deploy may be neither waiting nor recorded before it counts as lost. */
  readonly graceMs: number;
}
