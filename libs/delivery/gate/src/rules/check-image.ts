import { FINGERPRINT_LABEL, formatBytes, platformName } from '@ehr/delivery-core';
import {
  refusal,
  type Finding,
  type GateConfig,
  type GateLayer,
  type GateManifest,
  type SizeBudget,
} from '../gate-model.ts';

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
