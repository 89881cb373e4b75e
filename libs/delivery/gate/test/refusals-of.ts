import { defaultGatePolicy, type GateFinding } from '../src/gate-model.ts';
import { inspectImage } from '../src/inspect-image.ts';
import { goodConfig, imageOf, layerOf, tarOf } from '../src/test/image-of.ts';
import type { CorpusCase } from './corpus/corpus-case.ts';

/** What the gate refuses an image for that holds this. */
export async function refusalsOf({
  file,
  env = [],
  cmd,
  labels,
  history,
}: CorpusCase): Promise<GateFinding[]> {
  const content = Buffer.from(file?.content ?? 'run()');
  const config = {
    ...goodConfig,
    Env: [...goodConfig.Env, ...env],
    Labels: { ...goodConfig.Labels, ...labels },
    ...(cmd !== undefined && { Cmd: cmd }),
  };
  const { manifests } = await imageOf(
    [layerOf(await tarOf({ [file?.path ?? 'app/main.js']: content }))],
    config,
  );
  const steps = (history ?? []).map((line) => ({ created_by: line }));
  const image = {
    manifests: manifests.map((manifest) => ({ ...manifest, config: { ...manifest.config, history: steps } })),
  };
  const findings = await inspectImage(image, defaultGatePolicy);
  // That a test is in the image is true of some look-alikes, and says nothing about secrets.
  return findings.filter(({ severity, rule }) => severity === 'refuse' && rule !== 'test-file');
}
