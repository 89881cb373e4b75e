import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Fault } from '@ehr/testing-fakes';
import { judgeAfterFault, judgeAgain } from './judge-cell.ts';
import { processRun } from './process-run.ts';
import type { MatrixRequest } from './request-kind.ts';
import { type RunConfig, runDeploy, type RunResult } from './run-deploy.ts';
import type { Scenario } from './scenarios.ts';
import type { Stage } from './stage.ts';

/** What came of one cell: no problems is good. */
export interface CellResult {
  readonly kind: string;
  readonly problems: readonly string[];
}

/** A run meets a fault at the requests `hits` picks; then one without. Null when no request was picked. */
export async function playFault(
  stage: Stage,
  fault: Fault,
  hits: (request: MatrixRequest, number: number) => boolean,
): Promise<CellResult | null> {
  let kind: string | undefined;
  stage.inject((request, number) => {
    if (!hits(request, number)) return undefined;
    kind ??= request.kind;
    return fault;
  });
  const result = await runDeploy(stage.config(stage.images.new), processRun());
  await stage.quiet();
  if (kind === undefined) return null;
  const problems = judgeAfterFault(await stage.state(), result, stage.secrets);
  return { kind, problems: [...problems, ...(await judgeAgain(stage))] };
}

/** A run in a process of its own is killed at its nth request, before or after the server acted on it. */
export async function playKill(
  stage: Stage,
  at: number,
  moment: 'before' | 'after',
): Promise<CellResult | null> {
  let kind: string | undefined;
  const child = startDeploy(stage.config(stage.images.new));
  const kill = () => void child.process.kill('SIGKILL');
  stage.inject((request, number) => {
    if (number < at) return undefined;
    kind ??= request.kind;
    if (number > at) return { kind: 'reset' }; // Under way beside it: the process is dead.
    if (moment === 'after') return { kind: 'lost-answer', then: kill };
    kill();
    return { kind: 'reset' };
  });
  const { said } = await child.ended;
  await stage.quiet();
  if (kind === undefined) return null;
  const problems = judgeAfterFault(await stage.state(), null, stage.secrets);
  const shown = stage.secrets.filter((secret) => said.includes(secret)).map((secret) => `it shows ${secret}`);
  return { kind, problems: [...problems, ...shown, ...(await judgeAgain(stage))] };
}

/** A deploy in a child process; `ended` holds all it wrote. */
export function startDeploy(config: RunConfig) {
  const script = join(import.meta.dirname, 'deploy-child.ts');
  const child = spawn(process.execPath, ['--no-warnings', script], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Types are stripped once, not for each of a hundred children.
    env: { ...process.env, NODE_COMPILE_CACHE: join(config.layout, '../compiled') },
  });
  child.stdin.end(JSON.stringify(config));
  const exited = new Promise<number>((done) => child.on('exit', (code) => done(code ?? -1)));
  const ended = Promise.all([exited, text(child.stdout), text(child.stderr)]).then(
    ([exit, out, error]): RunResult => ({ ...told(out), exit, said: `${told(out).said}${error}` }),
  );
  return { process: child, ended };
}

/** What a child told of its run; one that was killed told nothing. */
function told(out: string): RunResult {
  return out === '' ? { exit: -1, verdict: 'killed', said: '', met: false } : (JSON.parse(out) as RunResult);
}

/** A run in which the platform, not the line, does something bad; then one in which it does not. */
export async function playScenario(stage: Stage, scenario: Scenario): Promise<readonly string[]> {
  stage.inject(() => undefined);
  await scenario.arrange(stage);
  const result = await runDeploy(stage.config(stage.images.new), processRun());
  await stage.quiet();
  stage.running.reset();
  const expected = scenario.ends === result.exit ? [] : [`it ended with ${result.exit} (${result.verdict})`];
  const problems = judgeAfterFault(await stage.state(), result, stage.secrets);
  const unblock = scenario.blocks === true ? 'the platform is well again' : undefined;
  return [...expected, ...problems, ...(await judgeAgain(stage, unblock))];
}
