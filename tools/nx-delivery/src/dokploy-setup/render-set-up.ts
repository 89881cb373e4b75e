import { identityName } from '../wiring/read-destination.ts';
import type { SetUp, StoredSettings } from './set-up-in-dokploy.ts';

/** What was done, for machines; the key is no part of it. */
export function setUpReport({ service, environment, steps, warnings, stored }: SetUp) {
  const changed = steps.some((step) => !wasThere(step));
  return { service, environment, changed, steps, warnings, settings: settingsToStore(stored) };
}

/** The same for people, with the settings ready to be stored. */
export function renderSetUp(setUp: SetUp): string {
  const { service, environment, steps, warnings, stored } = setUp;
  return [
    `${service} in ${environment}, in Dokploy`,
    ...steps.map((step) => `  ${wasThere(step) ? '·' : '✓'} ${step}`),
    ...warnings.map((warning) => `  ! ${warning}`),
    setUpReport(setUp).changed ? '' : '\nEverything was there; nothing was changed.\n',
    renderSettings(stored),
  ].join('\n');
}

function wasThere(step: string): boolean {
  return step.endsWith('was there');
}

/** What a deploy needs from now on: name and value; the key is no value to print. */
export function settingsToStore(settings: StoredSettings): Readonly<Record<string, string>> {
  const { url, kind, id, variablePrefix, environment, publicUrl } = settings;
  const service = variablePrefix.toLowerCase();
  return {
    DOKPLOY_URL: url,
    [identityName(variablePrefix, kind)]: id,
    [`${variablePrefix}_PUBLIC_URL`]: publicUrl ?? `https://${service}.${environment}.example.org`,
  };
}

/** The same as text, ready for .env.<environment> and for GitHub. */
export function renderSettings(settings: StoredSettings): string {
  const { environment, variablePrefix, publicUrl } = settings;
  const stored = Object.entries(settingsToStore(settings));
  const hint = `# The last one is an example: give ${variablePrefix}_PUBLIC_URL the domain you set up in Dokploy.`;
  return [
    `# For .env.${environment}`,
    ...(publicUrl === undefined ? [hint] : []),
    ...stored.map(([name, value]) => `${name}=${value}`),
    '# A member’s key with access to the service is enough from here on; an empty line here would take yours away.',
    '# DOKPLOY_API_KEY=',
    '',
    '# For GitHub Actions',
    ...stored.map(([name, value]) => `gh variable set ${name} --env ${environment} --body '${value}'`),
    '# Asks for the key:',
    `gh secret set DOKPLOY_API_KEY --env ${environment}`,
    '',
  ].join('\n');
}
