import { FINGERPRINT_LABEL, formatBytes, isSecretName, platformName } from '@ehr/delivery-core';
import {
  type Finding,
  type GateConfig,
  type GateLayer,
  type GateManifest,
  refusal,
  type SizeBudget,
} from '../gate-model.ts';
import { matchCommandLine } from '../secrets/command-lines.ts';
import { isRandom } from '../secrets/plausible.ts';
import { maskSecret } from '../secrets/search-secrets.ts';

/** Exactly the expected platforms, each once, and no config with another platform than the index has. */
export function checkPlatforms(
  manifests: readonly Pick<GateManifest, 'platform' | 'config'>[],
  expected: readonly string[],
): readonly Finding[] {
  const names = manifests.map(({ platform }) => platformName(platform));
  const missing = expected.filter((name) => !names.includes(name));
  const surplus = names.filter((name, index) => !expected.includes(name) || names.indexOf(name) !== index);
  const differing = manifests.filter(
    ({ platform, config }) =>
      config.os !== platform.os ||
      config.architecture !== platform.architecture ||
      (config.variant ?? '') !== (platform.variant ?? config.variant ?? ''),
  );
  return [
    ...missing.map((name) => `The image for ${name} is missing.`),
    ...surplus.map((name) => `There is an image for ${name} that is not expected, or there are two.`),
    ...differing.map(
      ({ platform, config }) =>
        `The index has ${platformName(platform)}, the image's own config ${platformName(config)}.`,
    ),
  ].map((message) => refusal('platforms', '', message));
}

/** What runs: not root, and with a health check. */
export function checkRuntime({ config }: GateConfig): readonly Finding[] {
  return [...checkUser(config?.User ?? ''), ...checkHealth(config?.Healthcheck?.Test ?? [])];
}

/** A name is refused, too: whether it is root is in the image's /etc/passwd (Kubernetes' runAsNonRoot has the same rule). */
function checkUser(user: string): readonly Finding[] {
  const [id = ''] = user.split(':');
  if (/^\d{1,10}$/.test(id) && Number(id) > 0 && Number(id) < 2 ** 31) return [];
  const problem = user === '' ? 'names no user, so it runs as root' : `runs as "${user}"`;
  const message = `The image ${problem}. Use a number that is not 0: \`USER 1000:1000\`.`;
  return [refusal('root-user', 'config.User', message)];
}

function checkHealth(test: readonly string[]): readonly Finding[] {
  if (test.length > 0 && test[0] !== '' && test[0] !== 'NONE') return [];
  const message =
    'There is no HEALTHCHECK: without one, a rollout that works and one that hangs are the same to the engine.';
  return [refusal('health-check', 'config.Healthcheck', message)];
}

/** Required labels are there and not empty, and the fingerprint is one. */
export function checkLabels(
  labels: Readonly<Record<string, string>>,
  required: readonly string[],
): readonly Finding[] {
  const refuse = (name: string, message: string) => refusal('label', `config.Labels ${name}`, message);
  const missing = required
    .filter((name) => (labels[name] ?? '').trim() === '')
    .map((name) => refuse(name, `The label ${name} is missing or empty.`));
  const fingerprint = labels[FINGERPRINT_LABEL]?.trim() ?? '';
  if (fingerprint === '' || /^[a-f0-9]{64}$/.test(fingerprint)) return missing;
  return [...missing, refuse(FINGERPRINT_LABEL, 'The fingerprint is not a hash of 64 digits.')];
}

const MOVING = /^(?:latest|edge|nightly|next|stable|main|master|develop|dev|staging|prod|local)$/i;

/**
 * Labels or annotations of the image spec (annotations.md) that name an image or a version must not name one that
 * moves: later nobody could know what this image was, or what it was made from.
 */
export function checkMutableNames(labels: Readonly<Record<string, string>>, at: string): readonly Finding[] {
  const read = (label: string) => labels[`org.opencontainers.image.${label}`]?.trim() ?? '';
  const refuse = (label: string, message: string) =>
    refusal('mutable-name', `${at} org.opencontainers.image.${label}`, message);
  const names = ['version', 'ref.name', 'revision'].flatMap((label) => {
    const tag = read(label).split(/[/:]/).at(-1) ?? '';
    return MOVING.test(tag) ? [refuse(label, `"${tag}" can name another image tomorrow.`)] : [];
  });
  const base = read('base.name');
  const tag = /:([^/:@]+)$/.exec(base)?.[1] ?? 'latest';
  const pinned = base.includes('@sha256:') || read('base.digest') !== '';
  if (base === '' || pinned || !MOVING.test(tag)) return names;
  return [...names, refuse('base.name', `The base "${base}" can be another one tomorrow; name its digest.`)];
}

type Sizes = readonly Pick<GateLayer, 'size'>[];

/** A sudden jump is a forgotten `node_modules` or a dataset; sizes are as sent. */
export function checkSizes(all: Sizes, application: Sizes, budget: SizeBudget): readonly Finding[] {
  const check = (what: string, layers: Sizes, allowed: number) => {
    const bytes = layers.reduce((total, { size }) => total + size, 0);
    const message = `${what} has ${formatBytes(bytes)} compressed; ${formatBytes(allowed)} are allowed.`;
    return bytes <= allowed ? [] : [refusal('size-budget', '', message)];
  };
  return [
    ...check('The application', application, budget.applicationBytes),
    ...check('The whole image', all, budget.imageBytes),
  ];
}

/** Credentials by their names, where everybody who can pull reads them: in the config's variables, labels and history. */
export function checkVariables(config: GateConfig): readonly Finding[] {
  const variables = (config.config?.Env ?? []).flatMap((line, index) => {
    const [name = '', ...value] = line.split('=');
    return checkAssignment(`config.Env[${index}] ${name}`, name, value.join('='));
  });
  const labels = Object.entries(config.config?.Labels ?? {}).flatMap(([name, value]) =>
    checkAssignment(`config.Labels ${name}`, name.replace(/^.*\./, ''), value),
  );
  const history = (config.history ?? []).flatMap(({ created_by: line = '' }, index) =>
    checkHistory(`history[${index}]`, line),
  );
  return [...variables, ...labels, ...history, ...checkCommands(config)];
}

/** Secrets that the image's commands, or those it was made with, are given as arguments. */
function checkCommands({ config, history }: GateConfig): readonly Finding[] {
  const lines = [
    ['config.Entrypoint', config?.Entrypoint?.join(' ')],
    ['config.Cmd', config?.Cmd?.join(' ')],
    ['config.Healthcheck', config?.Healthcheck?.Test?.join(' ')],
    ...(history ?? []).map(({ created_by }, index) => [`history[${index}]`, created_by] as const),
  ] as const;
  return lines.flatMap(([place, line = '']) =>
    matchCommandLine(line).map(({ start, end }) => {
      const message = `A command is given ${maskSecret(line.slice(start, end))}. Give credentials to the container when it starts, or mount them while it is built, and revoke this one.`;
      return refusal('credential-argument', place, message);
    }),
  );
}

/** `ENV A=1 B="2"`, `ARG A=1`, and what BuildKit writes of arguments: `RUN |1 A=1 /bin/sh -c …`. */
function checkHistory(place: string, line: string): readonly Finding[] {
  const argument = /^(?:\/bin\/sh -c #\(nop\)\s+)?ARG ([A-Za-z_]\w*)$/.exec(line.trim())?.[1];
  if (argument !== undefined && isSecretName(argument)) {
    const message = `${argument} is a build argument: every RUN after it writes its value into the history. Use \`RUN --mount=type=secret\`.`;
    return [{ ...refusal('credential-variable', `${place} ${argument}`, message), severity: 'warn' }];
  }
  const pattern = /(?<![\w.$-])([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|([^\s;|&]*))/g;
  return [...line.matchAll(pattern)].flatMap(([, name = '', double, single, bare]) =>
    checkAssignment(`${place} ${name}`, name, double ?? single ?? bare ?? ''),
  );
}

function checkAssignment(place: string, name: string, value: string): readonly Finding[] {
  if (!isSecretName(name) || isHarmless(value)) return [];
  // `CACHE_KEY=v3` and `SSO_AUTH=oidc` are named like secrets and are none.
  if (
    /_(?:KEYS?|AUTH)$/i.test(name) &&
    !/(?:API|ACCESS|PRIVATE|SECRET)_?KEYS?$/i.test(name) &&
    !isRandom(value) &&
    !/^\S+:\S+$/.test(value)
  )
    return [];
  const message = `${name} has ${maskSecret(value)}. Give credentials to the container when it starts, and revoke this one.`;
  return [refusal('credential-variable', place, message)];
}

/** A value that is no credential whatever its name: none, a switch, a reference, or the place of a mounted secret. */
function isHarmless(value: string): boolean {
  return /^(?:|true|false|yes|no|on|off|0|1|\$\{?\w+\}?|\$\(.*|\/(?:var\/)?run\/secrets\/\S*)$/i.test(
    value.trim(),
  );
}
