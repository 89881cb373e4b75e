import { renderSetUp, setUpReport } from '../../dokploy-setup/render-set-up.ts';
import { setUpInDokploy } from '../../dokploy-setup/set-up-in-dokploy.ts';
import { dokploySetupSchema } from '../../options/option-schemas.ts';
import { executorOf } from '../execute.ts';

/** The `dokploy-setup` target: the service exists in Dokploy afterwards; prints the settings a deploy needs. */
export default executorOf(dokploySetupSchema, async (options, context, wiring) => {
  const setUp = await setUpInDokploy(options, context, wiring.processEnv, (message) =>
    wiring.warn(`${message}\n`),
  );
  wiring.print(options.json ? `${JSON.stringify(setUpReport(setUp), null, 2)}\n` : renderSetUp(setUp));
});
