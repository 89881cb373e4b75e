import type { ExecutorContext } from '@nx/devkit';
import { readSettings } from '../../delivery/read-settings.ts';
import { serviceOptions } from '../../delivery/service-options.ts';
import { renderSettings, settingsToStore } from '../../dokploy-setup/settings-to-store.ts';
import { setUpInDokploy } from '../../dokploy-setup/set-up-in-dokploy.ts';
import type { SetUpWishes } from '../../dokploy-setup/set-up-in-dokploy.ts';
import { runReporting } from '../run-reporting.ts';

interface SetupOptions extends SetUpWishes {
  readonly environment: string;
  readonly json: boolean;
}

/** The `dokploy-setup` target: the service exists in Dokploy afterwards; prints the settings a deploy needs. */
export default function dokploySetup(
  { environment, json, ...wishes }: SetupOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runReporting(async () => {
    const settings = await readSettings(context.root, environment, process.env);
    const service = serviceOptions(environment, {}, settings, context);
    const { id, steps, url } = await setUpInDokploy(wishes, service, settings, context.root);
    const { variablePrefix } = service.facts;
    const stored = {
      ...{ url, id, variablePrefix },
      kind: wishes.kind,
      environment: service.options.environment,
      publicUrl: settings.setting(`${variablePrefix}_PUBLIC_URL`),
    };
    const changed = steps.some((step) => !step.endsWith('was there'));
    const text = [
      `${context.projectName} in ${environment}, in Dokploy`,
      ...steps.map((step) => `  ${step.endsWith('was there') ? '·' : '✓'} ${step}`),
      changed ? '' : '\nEverything was there; nothing was changed.\n',
      renderSettings(stored),
    ].join('\n');
    const report = {
      service: context.projectName,
      environment,
      changed,
      steps,
      settings: settingsToStore(stored),
    };
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : text);
  });
}
