import { rmSync } from 'node:fs';
import {
  engineAvailable,
  engineRanHere,
  localProject,
  removeBuilder,
  removeStandIn,
  sandboxPath,
  startEngine,
  stopEngine,
  stopLocalRegistry,
  stopServices,
  wantsPurge,
} from '@ehr/testing-sandbox';
import { main } from './main.ts';
import { runSteps, type Step } from './steps.ts';

await main(async () => {
  // Before anything is touched: an argument that names another project stops everything.
  const project = localProject();
  const purge = wantsPurge(process.argv.slice(2), project);
  // The volumes are in the engine, which an earlier `npm run stop` or `npm test` may have stopped.
  if (purge && engineRanHere() && !engineAvailable()) await startEngine('process');
  const engine = engineAvailable();
  const stopped = (ours: boolean) => (ours ? 'stopped' : 'not started from here');
  const steps: Step[] = [
    ...(engine ? [{ title: 'Services', run: () => stopServices(project, { purge }) }] : []),
    { title: 'Local registry', run: async () => stopped(await stopLocalRegistry({ purge })) },
    ...(engine && purge ? [{ title: 'Base image and builder', run: removeFromEngine }] : []),
    { title: 'Container engine', run: async () => stopped(await stopEngine()) },
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
