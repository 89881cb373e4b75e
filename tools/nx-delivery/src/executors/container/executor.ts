import { buildImage } from '../../image/build-image.ts';
import { containerSchema } from '../../options/option-schemas.ts';
import { executorOf } from '../execute.ts';

/** The `container` target: a pure function of the sources, from build output to OCI layout. */
export default executorOf(containerSchema, async (options, context, wiring) => {
  const { reference, digest } = await buildImage(options, context);
  wiring.print(`${reference} is ${digest}\n`);
});
