import type { ExecutorContext } from '@nx/devkit';
import { renderSetUp, setUpReport } from '../../dokploy-setup/render-set-up.ts';
import { setUpInDokploy } from '../../dokploy-setup/set-up-in-dokploy.ts';
import { dokploySetupSchema } from '../../options/option-schemas.ts';
import { parseOptions } from '../../options/parse-options.ts';
import { realWiring, type RawOptions } from '../../wiring/wiring.ts';
import { execute } from '../execute.ts';

/** The `dokploy-setup` target: the service exists in Dokploy afterwards; prints the settings a deploy needs. */
export default function dokploySetupExecutor(raw: RawOptions, context: ExecutorContext, wiring = realWiring) {
  return execute(wiring, async () => {
    const options = parseOptions(dokploySetupSchema, raw);
    const setUp = await setUpInDokploy(options, context, wiring.processEnv);
    wiring.print(options.json ? `${JSON.stringify(setUpReport(setUp), null, 2)}\n` : renderSetUp(setUp));
  });
}
