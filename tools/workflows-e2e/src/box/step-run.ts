/** What a step that ran left behind. */
export interface StepRun {
  readonly ok: boolean;
  readonly killed?: boolean;
  readonly output: string;
  readonly outputs: Record<string, string>;
}
