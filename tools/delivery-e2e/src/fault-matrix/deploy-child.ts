import { text } from 'node:stream/consumers';
import { processRun } from './process-run.ts';
import { type RunConfig, runDeploy } from './run-deploy.ts';

/** One deploy in a process of its own, which may be killed: options on standard input, for they hold secrets. */
const config = JSON.parse(await text(process.stdin)) as RunConfig;
const result = await runDeploy(config, processRun());
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = result.exit;
