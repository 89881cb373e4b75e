import { requireOrSkip } from '@ehr/testing-sandbox';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeCanaries } from './describe-canaries.ts';
import { describeFailingPush, describeFirstPush } from './describe-push.ts';
import { type PipelineWorld, startPipelineWorld } from './world.ts';

/** The beginning of what pipeline.long.spec.ts tells, with one service. */
describe.skipIf(!requireOrSkip('engine') || !requireOrSkip('registry') || !requireOrSkip('cosign'))(
  'pushes in a box',
  { timeout: 600_000 },
  () => {
    let world: PipelineWorld;
    beforeAll(async () => {
      world = await startPipelineWorld(['ehr-api']);
      await world.git('switch', '--quiet', '--create', 'develop');
    }, 600_000);
    afterAll(() => world.stop());

    describeFirstPush(() => world, ['ehr-api']);
    describeFailingPush(() => world, ['ehr-api']);
    describeCanaries(() => world);
  },
);
