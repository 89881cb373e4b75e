/**
 * Whether what npm wrote into node_modules (`node_modules/.package-lock.json`) is what
 * `package-lock.json` asks for. Optional packages may be missing: those of other platforms always are.
 *
 * @param {Lockfile} wanted
 * @param {Lockfile} installed
 * @returns {boolean}
 *
 * @typedef {{ version?: string, integrity?: string, resolved?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lockfile
 */
export function dependenciesMatch(wanted, installed) {
  const have = installed.packages ?? {};
  const want = Object.entries(wanted.packages ?? {}).filter(([path]) => path.includes('node_modules/'));
  const known = new Set(want.map(([path]) => path));
  const extra = Object.keys(have).some((path) => path.includes('node_modules/') && !known.has(path));
  return !extra && want.every(([path, locked]) => isSatisfied(locked, have[path]));
}

/**
 * @param {LockedPackage} locked
 * @param {LockedPackage | undefined} present
 */
function isSatisfied(locked, present) {
  if (!present) return Boolean(locked.optional ?? locked.devOptional);
  if (locked.link) return present.link === true;
  return present.version === locked.version && present.integrity === locked.integrity;
}
