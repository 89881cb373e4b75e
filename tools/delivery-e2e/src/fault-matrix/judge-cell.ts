import { processRun } from './process-run.ts';
import { runDeploy, type RunResult } from './run-deploy.ts';
import type { Stage, StageState } from './stage.ts';

/** Endings that themselves say that the new image may run: they are no false alarm when it does. */
const OPEN_ENDINGS = ['unrecorded', 'undo-failed'];

/** Everything that is wrong after a run that met a fault; `result` is null of a killed one. */
export function judgeAfterFault(
  state: StageState,
  result: RunResult | null,
  secrets: readonly string[],
): string[] {
  const { answers, pinned, environmentTag, exact } = state;
  const oldOrNew = (name: string) => name === 'old' || name === 'new';
  const wrongTags = Object.entries(exact).filter(
    ([tag, names]) =>
      names !== (tag === 'staging-1111111' || tag.startsWith('fingerprint-1') ? 'old' : 'new'),
  );
  const problems = [
    !oldOrNew(answers) && `${answers} answers`,
    !oldOrNew(environmentTag) && `the environment’s tag names ${environmentTag}`,
    !oldOrNew(pinned) && `Dokploy is pinned to ${pinned}`,
    ...wrongTags.map(([tag, names]) => `${tag} names ${names}`),
  ];
  if (result !== null) {
    const ended = `exit ${result.exit} (${result.verdict}), and the ${answers} one answers`;
    problems.push(
      result.exit === 0 && answers !== 'new' && `false green: ${ended}`,
      result.exit !== 0 &&
        answers === 'new' &&
        !OPEN_ENDINGS.includes(result.verdict) &&
        `false red: ${ended}`,
      result.exit === 1 && `a defect: ${result.said.slice(-300)}`,
      ...secrets.map((secret) => result.said.includes(secret) && `it shows ${secret.slice(0, 12)}…`),
    );
  }
  return problems.filter((problem) => problem !== false);
}

/** Deploys again with nothing in the way, and says what is not as it should be then. */
export async function judgeAgain(stage: Stage, unblock?: string): Promise<string[]> {
  stage.inject(() => undefined);
  stage.platform(() => undefined);
  stage.running.reset();
  const result = await runDeploy(stage.config(stage.images.new, unblock), processRun());
  const state = await stage.state();
  const whole = { answers: 'new', pinned: 'new', environmentTag: 'new', released: true };
  const problems = Object.entries(whole)
    .filter(([name, value]) => state[name as keyof typeof whole] !== value)
    .map(([name]) => `after the re-run ${name} is ${String(state[name as keyof typeof whole])}`);
  if (result.exit !== 0)
    problems.unshift(`the re-run ended with ${result.verdict}: ${result.said.slice(-300)}`);
  return problems;
}
