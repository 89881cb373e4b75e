import type { Workflow } from './read-workflow.ts';

/** What of the workflows was run: each step, and each condition's both sides. */
export class Coverage {
  readonly #known = new Map<string, boolean>();

  /** Every job's condition and every step of the workflows, not yet seen. */
  learn({ file, jobs }: Workflow): void {
    for (const [id, { if: condition, steps = [] }] of Object.entries(jobs)) {
      if (condition !== undefined) this.#learnCondition(`${file} › ${id}`);
      steps.forEach((step, index) => this.#learnStep(`${file} › ${id}`, index, step.if));
    }
  }

  learnAction(name: string, steps: readonly { readonly if?: unknown }[]): void {
    steps.forEach((step, index) => this.#learnStep(name, index, step.if));
  }

  step(place: string, index: number): void {
    this.#see(`${place} › step ${index + 1}`);
  }

  condition(place: string, index: number | null, value: boolean): void {
    this.#see(`${place}${index === null ? '' : ` › step ${index + 1}`} › if ${value}`);
  }

  get seen(): number {
    return [...this.#known.values()].filter(Boolean).length;
  }

  get total(): number {
    return this.#known.size;
  }

  get missed(): string[] {
    return [...this.#known].filter(([, seen]) => !seen).map(([place]) => place);
  }

  #learnStep(place: string, index: number, condition: unknown): void {
    const step = `${place} › step ${index + 1}`;
    this.#known.set(step, false);
    if (condition !== undefined) this.#learnCondition(step);
  }

  #learnCondition(place: string): void {
    this.#known.set(`${place} › if true`, false);
    this.#known.set(`${place} › if false`, false);
  }

  #see(place: string): void {
    if (this.#known.has(place)) this.#known.set(place, true);
  }
}
