/** Where an image keeps data that has to outlive its container. */
export interface DataPlace {
  /** A path in the container: `/data`. */
  readonly path: string;
  /** The setting that makes the place unnecessary, such as DATABASE_URL; null when there is none. */
  readonly unless: string | null;
}

/** What a service is set up with, as far as its data depends on it. */
export interface DataSetUp {
  /** Paths in the container at which something lasting is mounted. */
  readonly mounts: readonly string[];
  /** The value of a setting in the container; undefined when it is not set. */
  readonly setting: (name: string) => string | undefined;
}

const PLACE_LABEL = 'connect.ehr.data';
const UNLESS_LABEL = 'connect.ehr.data-unless';

/** The data place that an image's labels name; null when they name none. */
export function dataPlaceOf(labels: Readonly<Record<string, string>> | null | undefined): DataPlace | null {
  const path = labels?.[PLACE_LABEL] ?? '';
  if (!path.startsWith('/')) return null;
  return { path, unless: labels?.[UNLESS_LABEL] || null };
}

/** Whether the data at the place outlives the container, or is not kept there; null when the image needs no place. */
export function keepsData(place: DataPlace | null, { mounts, setting }: DataSetUp): boolean | null {
  if (place === null) return null;
  if (place.unless !== null && (setting(place.unless) ?? '') !== '') return true;
  return mounts.some((mount) => isWithin(place.path, mount));
}

function isWithin(path: string, mount: string): boolean {
  const root = mount.replace(/\/+$/, '');
  return path === root || path.startsWith(`${root}/`);
}
