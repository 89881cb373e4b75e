import { rmSync } from 'node:fs';
import {
  engineAvailable,
  engineRanHere,
  removeBuilder,
  removeStandIn,
  sandboxPath,
  startEngine,
  stopEngine,
  stopLocalRegistry,
  stopServices,
} from '@ehr/testing-sandbox';
import { main } from './main.ts';
import { runSteps, type Step } from './run-steps.ts';

const purge = process.argv.includes('--purge');

await main(async () => {
  // The volumes lie in the engine, which an earlier `npm run stop` or `npm test` may have ended.
  if (purge && engineRanHere() && !engineAvailable()) await startEngine('process');
  const engine = engineAvailable();
  const steps: Step[] = [
    ...(engine ? [{ title: 'Services', run: () => stopServices({ purge }) }] : []),
    {
      title: 'Local registry',
      run: async () => ((await stopLocalRegistry({ purge })) ? 'stopped' : 'not started from here'),
    },
    ...(engine && purge ? [{ title: 'Base image and builder', run: removeFromEngine }] : []),
    {
      title: 'Container engine',
      run: async () => ((await stopEngine()) ? 'stopped' : 'not started from here'),
    },
    ...(purge ? [{ title: 'Files', run: removeFiles }] : []),
  ];
  await runSteps(steps);
  return 0;
});

async function removeFromEngine(): Promise<string> {
  await removeStandIn();
  await removeBuilder();
  return 'removed what npm start put there';
}

async function removeFiles(): Promise<string> {
  rmSync(sandboxPath(), { recursive: true, force: true });
  return '.sandbox removed';
}
