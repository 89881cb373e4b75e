import type { SetUp } from './set-up-in-dokploy.ts';
import { renderSettings, settingsToStore } from './settings-to-store.ts';

/** What was done, for machines; the key is no part of it. */
export function setUpReport({ service, environment, steps, stored }: SetUp) {
  const changed = steps.some((step) => !wasThere(step));
  return { service, environment, changed, steps, settings: settingsToStore(stored) };
}

/** The same for people, with the settings ready to be stored. */
export function renderSetUp(setUp: SetUp): string {
  const { service, environment, steps, stored } = setUp;
  return [
    `${service} in ${environment}, in Dokploy`,
    ...steps.map((step) => `  ${wasThere(step) ? '·' : '✓'} ${step}`),
    setUpReport(setUp).changed ? '' : '\nEverything was there; nothing was changed.\n',
    renderSettings(stored),
  ].join('\n');
}

function wasThere(step: string): boolean {
  return step.endsWith('was there');
}
