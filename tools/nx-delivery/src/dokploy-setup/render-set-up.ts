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

/** What a deploy needs from now on: name and value. The key is no value to print, nor is an address nobody knows yet. */
export function settingsToStore(settings: StoredSettings): Readonly<Record<string, string>> {
  const { url, kind, id, variablePrefix, publicUrl } = settings;
  return {
    DOKPLOY_URL: url,
    [identityName(variablePrefix, kind)]: id,
    ...(publicUrl !== undefined && { [`${variablePrefix}_PUBLIC_URL`]: publicUrl }),
  };
}

/** The same as text, to be pasted as it is: into .env.<environment>, and into a shell. */
export function renderSettings(settings: StoredSettings): string {
  const { environment, variablePrefix, publicUrl } = settings;
  const stored = Object.entries(settingsToStore(settings));
  const inShell = ([name, value]: readonly [string, string]) =>
    `gh variable set ${name} --env ${environment} --body '${value.replaceAll("'", String.raw`'\''`)}'`;
  const example = [
    `${variablePrefix}_PUBLIC_URL`,
    `https://${variablePrefix.toLowerCase()}.${environment}.example.org`,
  ] as const;
  const missing = publicUrl === undefined;
  return [
    `# For .env.${environment}`,
    ...stored.map(([name, value]) => `${name}=${value}`),
    ...(missing ? [DOMAIN, `# ${example.join('=')}`] : []),
    '# From here on a member’s key with access to the service is enough, as DOKPLOY_API_KEY.',
    '',
    '# For GitHub Actions',
    ...stored.map(inShell),
    ...(missing ? [DOMAIN, `# ${inShell(example)}`] : []),
    '# Asks for the key:',
    `gh secret set DOKPLOY_API_KEY --env ${environment}`,
    '',
  ].join('\n');
}

const DOMAIN = '# With the domain you give the service in Dokploy:';
