import type { ImageConfig, ImageManifest } from '@ehr/delivery-core';

/** OCI image spec, config.md, as far as an image on a base differs from both. */
export interface StackedConfig extends ImageConfig {
  readonly created?: string;
  readonly config?: RunConfig;
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly string[] };
  readonly history?: readonly { readonly created_by?: string; readonly empty_layer?: boolean }[];
}

type RunConfig = NonNullable<ImageConfig['config']> & {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly ExposedPorts?: object;
  readonly Volumes?: object;
  readonly OnBuild?: readonly string[];
};

/** The image for one platform. */
export interface Stacked {
  readonly config: StackedConfig;
  readonly layers: ImageManifest['layers'];
}

/** What a builder puts into the environment of an image that has no base. */
const NO_BASE_PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * What the Dockerfile would have made on the base, out of what it made on nothing (`FROM scratch`): the base's layers
 * below ours, and of the settings ours where we have them. Right for a Dockerfile that runs nothing.
 */
export function putOnBase(own: Stacked, base: Stacked): Stacked {
  const [mine, theirs] = [own.config.config ?? {}, base.config.config ?? {}];
  const { Env = [], Labels, ExposedPorts, Volumes, Entrypoint, Cmd, ...settings } = mine;
  const says = (instruction: string) =>
    own.config.history?.some(({ created_by = '' }) => created_by.startsWith(`${instruction} `)) === true;
  // The platform as it was asked for: `linux/arm64` of a base for `linux/arm64/v8`.
  const below = without(base.config, 'variant');
  const { os, architecture, variant } = own.config;
  const { Entrypoint: theirEntrypoint, Cmd: theirCmd, ...others } = without(theirs, 'OnBuild');
  // An entrypoint of ours, an empty one too, takes the base's command away with the base's entrypoint.
  const entrypoint = says('ENTRYPOINT') ? Entrypoint : theirEntrypoint;
  const command = says('CMD') ? Cmd : says('ENTRYPOINT') ? undefined : theirCmd;
  return {
    layers: [...base.layers, ...own.layers],
    config: {
      ...below,
      ...{ os, architecture, ...(variant !== undefined && { variant }) },
      ...(own.config.created !== undefined && { created: own.config.created }),
      config: {
        ...others,
        ...settings,
        Env: variables([...(theirs.Env ?? []), ...Env.filter((one) => one !== NO_BASE_PATH)]),
        ...joined('Labels', theirs.Labels, Labels),
        ...joined('ExposedPorts', theirs.ExposedPorts, ExposedPorts),
        ...joined('Volumes', theirs.Volumes, Volumes),
        ...(entrypoint !== undefined && { Entrypoint: entrypoint }),
        ...(command !== undefined && { Cmd: command }),
      },
      rootfs: {
        type: 'layers',
        diff_ids: [...base.config.rootfs.diff_ids, ...own.config.rootfs.diff_ids],
      },
      history: [...(base.config.history ?? []), ...(own.config.history ?? [])],
    },
  };
}

/** Of two values of one variable the later, in the place of the first. */
function variables(all: readonly string[]): string[] {
  return [...new Map(all.map((one) => [one.split('=')[0], one])).values()];
}

function joined(name: string, theirs: object | undefined, ours: object | undefined): object {
  return theirs === undefined && ours === undefined ? {} : { [name]: { ...theirs, ...ours } };
}

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)) as Omit<T, K>;
}
