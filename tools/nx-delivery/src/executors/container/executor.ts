import type { ExecutorContext } from '@nx/devkit';
import { execute } from '../execute.ts';
import { buildImage } from '../../image/build-image.ts';
import { containerSchema } from '../../options/option-schemas.ts';
import { parseOptions } from '../../options/parse-options.ts';
import { realWiring, type RawOptions } from '../../wiring/wiring.ts';

/** The `container` target: a pure function of the sources, from build output to OCI layout. */
export default function containerExecutor(raw: RawOptions, context: ExecutorContext, wiring = realWiring) {
  return execute(wiring, async () => {
    const { reference, digest } = await buildImage(parseOptions(containerSchema, raw), context);
    wiring.print(`${reference} is ${digest}\n`);
  });
}
